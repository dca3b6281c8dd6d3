package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.reservation.PersistentState;
import dev.sandstone.scsi.reservation.PortId;
import dev.sandstone.scsi.reservation.ReservationAccess;
import dev.sandstone.scsi.task.ScsiStatus;

/**
 * RESERVE(6), (10), RELEASE(6), (10) of whole units (SPC-2 7.16, 7.17, 7.21, 7.22). Third-party reservations and extents are obsolete and not
 * served.
 *
 * <p>Beside persistent reservations: while anyone is registered both end with RESERVATION CONFLICT (SPC-2 5.5.1), but for a
 * nexus that a persistent reservation lets in, for which they are GOOD and do nothing (SPC-4 5.12.3, CRH). The other way round
 * PERSISTENT RESERVE IN and OUT conflict while any nexus has reserved the unit, for that nexus, too.
 */
final class ReserveRelease {
    private ReserveRelease() {}

    static void reserve(UnitCommand command) {
        if (command.unit().persistent().state().anyRegistered()) {
            besidePersistent(command);
        } else if (command.unit().reservation().reserve(command.nexus())) {
            command.good();
        } else {
            command.status(ScsiStatus.RESERVATION_CONFLICT);
        }
    }

    /**
     * From a nexus that holds nothing it changes nothing and is GOOD. Who holds the unit gives it back always: a registration
     * that was on its way to stable storage when the unit was reserved must not keep it there.
     */
    static void release(UnitCommand command) {
        if (!command.unit().reservation().release(command.nexus())
                && command.unit().persistent().state().anyRegistered()) {
            besidePersistent(command);
        } else {
            command.good();
        }
    }

    private static void besidePersistent(UnitCommand command) {
        PersistentState state = command.unit().persistent().state();
        PortId nexus = command.nexus().port();
        if (state.type() != null && !state.conflicts(nexus, ReservationAccess.WRITES)) {
            command.good();
        } else {
            command.status(ScsiStatus.RESERVATION_CONFLICT);
        }
    }
}
