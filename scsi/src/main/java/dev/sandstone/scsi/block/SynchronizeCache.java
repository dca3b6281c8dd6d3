package dev.sandstone.scsi.block;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.Step;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import dev.sandstone.scsi.unit.ItlNexus;

/**
 * SYNCHRONIZE CACHE(10) and (16) (SBC-3 5.26, 5.27). The whole volume is flushed whatever range is named, which the clauses
 * allow. With IMMED a failure comes later, as a deferred error.
 */
final class SynchronizeCache {
    private static final int IMMED = 1;
    private static final SenseData FAILED = SenseData.of(SenseKey.MEDIUM_ERROR, AdditionalSense.WRITE_ERROR);

    private SynchronizeCache() {}

    static void start(UnitCommand command) {
        Cdb cdb = command.cdb();
        BlockCdb.requireInside(command, BlockCdb.lba(cdb), BlockCdb.blocks(cdb));
        if (cdb.bit(1, IMMED)) {
            flushLater(command);
            command.good();
        } else {
            command.flush(Step.GOOD);
        }
    }

    private static void flushLater(UnitCommand command) {
        ItlNexus nexus = command.nexus();
        command.unit().volume().flush((status, detail) -> {
            if (status != EngineStatus.OK) {
                nexus.defer(FAILED);
            }
        });
    }
}
