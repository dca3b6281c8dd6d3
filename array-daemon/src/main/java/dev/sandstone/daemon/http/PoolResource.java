package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.DiskAdmin;
import dev.sandstone.daemon.admin.PoolAdmin;
import dev.sandstone.daemon.api.Disks;
import java.util.List;

/** {@code /api/v1/pool}. */
final class PoolResource {
    private static final String CHECK = "/api/v1/pool/check";
    private static final String DISKS = "/api/v1/pool/disks";
    private static final String DISK = DISKS + "/{disk}";
    private static final String SCRUB = "/api/v1/pool/scrub";

    private PoolResource() {}

    static List<Route> routes(PoolAdmin pool, DiskAdmin disks) {
        return List.of(
                new Route("GET", "/api/v1/pool", call -> Answer.ok(pool.usage())),
                new Route("GET", CHECK, call -> Answer.ok(pool.check().status())),
                new Route("POST", CHECK, call -> Answer.ok(pool.check().start())),
                new Route("GET", DISKS, call -> Answer.ok(disks.list())),
                new Route("POST", DISKS, call -> Answer.made(disks.add(call.body(Disks.Add.class)))),
                new Route("DELETE", DISK, call -> {
                    disks.remove(call.path("disk"));
                    return Answer.gone();
                }),
                new Route(
                        "POST",
                        DISK + "/replace",
                        call -> Answer.made(disks.replace(call.path("disk"), call.body(Disks.Add.class)))),
                new Route(
                        "POST",
                        DISK + "/grow",
                        call -> Answer.ok(disks.grow(call.path("disk"), call.body(Disks.Grow.class)))),
                new Route("GET", SCRUB, call -> Answer.ok(disks.scrub())),
                new Route("POST", SCRUB, call -> Answer.ok(disks.scrub(call.body(Disks.ScrubUpdate.class)))));
    }
}
