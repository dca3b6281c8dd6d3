package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.Reservations;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.VolumeEntry;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What initiators have reserved, and its end where none of them can bring that about any more. */
public final class ReservationAdmin {
    private static final Logger LOG = LoggerFactory.getLogger(ReservationAdmin.class);

    private final Catalog catalog;
    private final Exposure exposure;

    public ReservationAdmin(Catalog catalog, Exposure exposure) {
        this.catalog = catalog;
        this.exposure = exposure;
    }

    public Reservations.View show(String name) {
        VolumeEntry volume = volume(name);
        return exposure.reservations(volume)
                .map(reserved -> view(name, reserved))
                .orElseThrow(() -> VolumeAdmin.volumeNotFound(name));
    }

    /** Nothing is reserved any more and nobody registered, whether that could be read or not: every initiator is told. */
    public void clear(String name) {
        Engine.await(exposure.clearReservations(volume(name)));
        LOG.info("All reservations of volume {} were taken away by the operator", name);
    }

    private static Reservations.View view(String name, Exposure.Reserved reserved) {
        List<Reservations.Registration> registrations = reserved.registrations().stream()
                .map(one -> new Reservations.Registration(
                        one.initiator(), one.portal(), "0x" + HexFormat.of().toHexDigits(one.key()), one.holds()))
                .toList();
        return new Reservations.View(
                name,
                state(reserved),
                reserved.type().orElse(null),
                reserved.generation(),
                reserved.whole(),
                registrations);
    }

    private static String state(Exposure.Reserved reserved) {
        if (reserved.unreadable()) {
            return "unreadable";
        }
        if (reserved.type().isPresent() || reserved.whole()) {
            return "reserved";
        }
        return reserved.registrations().isEmpty() ? "none" : "registered";
    }

    private VolumeEntry volume(String name) {
        return catalog.state().volume(name).orElseThrow(() -> VolumeAdmin.volumeNotFound(name));
    }
}
