package dev.sandstone.scsi.block;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.UnitCommand;
import java.nio.ByteBuffer;

/**
 * WRITE AND VERIFY(10), (12), (16) (SBC-3 5.39 to 5.41): the data goes to the medium, is read back, and compared when BYTCHK is
 * one.
 */
final class WriteAndVerify {
    private static final int BYTCHK = 1;

    private WriteAndVerify() {}

    static void start(UnitCommand command) {
        long blocks = BlockCdb.checkedTransfer(command);
        if (blocks == 0) {
            command.good();
        } else {
            command.dataOutUpTo(BlockCdb.bytes(blocks), BlockLimits.BLOCK_BYTES, WriteAndVerify::received);
        }
    }

    private static void received(UnitCommand command, ByteBuffer data) {
        if (!data.hasRemaining()) {
            command.good();
            return;
        }
        Cdb cdb = command.cdb();
        MediumCheck.attach(command, data.remaining(), cdb.bit(1, BYTCHK) ? data : null);
        command.write(BlockCdb.lba(cdb), data, true, MediumCheck::run);
    }
}
