package dev.sandstone.daemon.assembly;

import dev.sandstone.daemon.admin.Exposure;
import dev.sandstone.daemon.admin.PortalAdmin;
import dev.sandstone.daemon.admin.ReservationAdmin;
import dev.sandstone.daemon.admin.SessionAdmin;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.http.Paths;

/** Puts together what concerns initiators on their way to volumes. */
final class Entrances {
    private Entrances() {}

    static Paths paths(Catalog catalog, Exposure exposure, PortalAdmin portals) {
        return new Paths(new SessionAdmin(catalog, exposure), portals, new ReservationAdmin(catalog, exposure));
    }
}
