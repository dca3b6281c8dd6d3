package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.UnitCommand;

/** PREVENT ALLOW MEDIUM REMOVAL (SPC-4 6.21): each nexus holds the medium in, or lets it go, for itself. */
final class PreventAllow {
    private PreventAllow() {}

    static boolean isAllow(Cdb cdb) {
        return !cdb.bit(4, 0);
    }

    static void start(UnitCommand command) {
        if (isAllow(command.cdb())) {
            command.unit().medium().allow(command.nexus());
        } else {
            command.unit().medium().prevent(command.nexus());
        }
        command.good();
    }
}
