package dev.sandstone.scsi.block;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.Step;
import dev.sandstone.scsi.command.UnitCommand;
import java.nio.ByteBuffer;

/**
 * WRITE ATOMIC(16) (SBC-4 5.48): wholly or not at all, through a crash too, because the engine writes it as one record. There are
 * no atomic boundaries to ask for.
 */
final class WriteAtomic {
    private static final int TRANSFER_LENGTH = 12;

    private WriteAtomic() {}

    static void start(UnitCommand command) {
        Cdb cdb = command.cdb();
        int blocks = cdb.u16(TRANSFER_LENGTH);
        if (blocks > BlockLimits.MAX_ATOMIC || blocks % BlockLimits.GRANULARITY != 0) {
            throw cdb.invalid(TRANSFER_LENGTH);
        }
        BlockCdb.requireInside(command, BlockCdb.lba(cdb), blocks);
        if (BlockCdb.lba(cdb) % BlockLimits.GRANULARITY != 0) {
            throw cdb.invalid(2);
        }
        if (blocks == 0) {
            command.good();
        } else {
            command.dataOut(BlockCdb.bytes(blocks), WriteAtomic::received);
        }
    }

    private static void received(UnitCommand command, ByteBuffer data) {
        Cdb cdb = command.cdb();
        command.unit().statistics().written(data.remaining());
        command.write(BlockCdb.lba(cdb), data, BlockCdb.fua(cdb), Step.GOOD);
    }
}
