package dev.sandstone.scsi.block;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.UnitCommand;

/**
 * PRE-FETCH(10) and (16) (SBC-3 5.6, 5.7). No cache holds data for later reads, so after the range check nothing is fetched, and
 * the answer is GOOD, which says that not all blocks fitted, and never CONDITION MET.
 */
final class PreFetch {
    private PreFetch() {}

    static void start(UnitCommand command) {
        Cdb cdb = command.cdb();
        BlockCdb.requireInside(command, BlockCdb.lba(cdb), BlockCdb.blocks(cdb));
        command.good();
    }
}
