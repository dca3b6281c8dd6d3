package dev.sandstone.scsi.block;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.Step;
import dev.sandstone.scsi.command.UnitCommand;
import java.nio.ByteBuffer;

/** WRITE(6), (10), (12), (16) (SBC-3 5.34 to 5.37). */
final class Write {
    private Write() {}

    static void start(UnitCommand command) {
        long blocks = BlockCdb.checkedTransfer(command);
        if (blocks == 0) {
            command.good();
        } else {
            command.dataOutUpTo(BlockCdb.bytes(blocks), BlockLimits.BLOCK_BYTES, Write::received);
        }
    }

    private static void received(UnitCommand command, ByteBuffer data) {
        if (!data.hasRemaining()) {
            command.good();
            return;
        }
        Cdb cdb = command.cdb();
        command.unit().statistics().written(data.remaining());
        command.write(BlockCdb.lba(cdb), data, BlockCdb.fua(cdb), Step.GOOD);
    }
}
