package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.task.ScsiStatus;

/**
 * RESERVE(6), (10), RELEASE(6), (10) of whole units (SPC-2 7.21 to 7.24). Third-party reservations and extents are obsolete and not
 * served.
 */
final class ReserveRelease {
    private ReserveRelease() {}

    static void reserve(UnitCommand command) {
        if (command.unit().reservation().reserve(command.nexus())) {
            command.good();
        } else {
            command.status(ScsiStatus.RESERVATION_CONFLICT);
        }
    }

    /** From a nexus that holds nothing it changes nothing and is GOOD. */
    static void release(UnitCommand command) {
        command.unit().reservation().release(command.nexus());
        command.good();
    }
}
