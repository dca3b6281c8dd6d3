package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.PoolAdmin;
import java.util.List;

/** {@code /api/v1/pool}. */
final class PoolResource {
    private PoolResource() {}

    static List<Route> routes(PoolAdmin pool) {
        return List.of(
                new Route("GET", "/api/v1/pool", call -> Answer.ok(pool.usage())),
                new Route("POST", "/api/v1/pool/check", call -> Answer.ok(pool.check())));
    }
}
