package dev.sandstone.scsi.block;

import dev.sandstone.engine.volume.WritePolicy;
import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.Step;
import dev.sandstone.scsi.command.UnitCommand;

/** READ(6), (10), (12), (16) (SBC-3 5.10 to 5.13). DPO is a hint that nothing here could use. */
final class Read {
    private Read() {}

    static void start(UnitCommand command) {
        if (BlockCdb.checkedTransfer(command) == 0) {
            command.good();
        } else if (BlockCdb.fua(command.cdb()) && isWriteBack(command)) {
            // FUA: what is read must be on the medium, so what is cached goes there first (SBC-3 4.15).
            command.flush(Read::transfer);
        } else {
            transfer(command);
        }
    }

    /** Whether acknowledged data may be in a volatile cache only. */
    static boolean isWriteBack(UnitCommand command) {
        return command.unit().volume().writePolicy() == WritePolicy.WRITE_BACK;
    }

    private static void transfer(UnitCommand command) {
        Cdb cdb = command.cdb();
        int bytes = BlockCdb.bytes(BlockCdb.blocks(cdb));
        command.unit().statistics().read(bytes);
        command.read(BlockCdb.lba(cdb), command.dataIn(bytes), Step.GOOD);
    }
}
