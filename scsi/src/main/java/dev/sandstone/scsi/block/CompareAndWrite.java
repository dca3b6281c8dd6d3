package dev.sandstone.scsi.block;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.Step;
import dev.sandstone.scsi.command.UnitCommand;
import java.nio.ByteBuffer;

/**
 * COMPARE AND WRITE (SBC-3 5.2). The first half of the Data-Out is compared, the second written. A Data-Out of any other length
 * than two halves means that initiator and target do not speak of the same blocks: nothing is compared then.
 */
final class CompareAndWrite {
    private static final int NUMBER_OF_LOGICAL_BLOCKS = 13;

    private CompareAndWrite() {}

    static void start(UnitCommand command) {
        Cdb cdb = command.cdb();
        int blocks = cdb.u8(NUMBER_OF_LOGICAL_BLOCKS);
        BlockCdb.requireInside(command, BlockCdb.lba(cdb), blocks);
        if (blocks == 0) {
            // Data for no blocks: 256 or more of them, cut to the one byte of the field. Not to be taken for success.
            if (command.dataOutBytes() > 0) {
                throw cdb.invalid(NUMBER_OF_LOGICAL_BLOCKS);
            }
            command.good();
            return;
        }
        int bytes = 2 * BlockCdb.bytes(blocks);
        BlockCdb.requireDataOut(command, bytes);
        command.dataOut(bytes, CompareAndWrite::received);
    }

    private static void received(UnitCommand command, ByteBuffer data) {
        Cdb cdb = command.cdb();
        int half = data.remaining() / 2;
        ByteBuffer expected = data.slice(data.position(), half);
        ByteBuffer replacement = data.slice(data.position() + half, half);
        command.compareAndWrite(BlockCdb.lba(cdb), expected, replacement, BlockCdb.fua(cdb), Step.GOOD);
    }
}
