package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.PortalAdmin;
import dev.sandstone.daemon.api.Portals;
import java.util.List;

/** {@code /api/v1/portals}. */
final class PortalResource {
    private static final String ONE = "/api/v1/portals/{id}";

    private PortalResource() {}

    static List<Route> routes(PortalAdmin portals) {
        return List.of(
                new Route("GET", "/api/v1/portals", call -> Answer.ok(new Portals.Page(portals.list()))),
                new Route("GET", ONE, call -> Answer.ok(portals.show(call.path("id")))),
                new Route(
                        "PATCH",
                        ONE,
                        call -> Answer.ok(portals.set(call.path("id"), call.body(Portals.Update.class)))));
    }
}
