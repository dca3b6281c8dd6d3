package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.CopyAdmin;
import dev.sandstone.daemon.api.Copies;
import java.util.List;

/** Copies of whole volumes: begun at their source, looked at and ended at their destination. */
final class CopyResource {
    private static final String PATH = "/api/v1/volumes/{name}/copy";

    private CopyResource() {}

    static List<Route> routes(CopyAdmin copies) {
        return List.of(
                new Route(
                        "POST",
                        PATH,
                        call -> Answer.ok(copies.start(call.path("name"), call.body(Copies.Start.class)))),
                new Route("GET", PATH, call -> Answer.ok(copies.show(call.path("name")))),
                new Route("DELETE", PATH, call -> Answer.ok(copies.cancel(call.path("name")))));
    }
}
