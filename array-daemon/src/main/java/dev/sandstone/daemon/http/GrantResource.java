package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.GrantAdmin;
import dev.sandstone.daemon.api.Grants;
import java.util.List;

/** {@code /api/v1/grants}. */
final class GrantResource {
    private static final String ONE = "/api/v1/grants/{volume}/{host}";

    private GrantResource() {}

    static List<Route> routes(GrantAdmin grants) {
        return List.of(
                new Route("GET", "/api/v1/grants", call -> Answer.ok(new Grants.Page(grants.list()))),
                new Route(
                        "POST",
                        "/api/v1/grants",
                        call -> Answer.created(grants.create(call.body(Grants.Create.class)))),
                new Route("GET", ONE, call -> Answer.ok(grants.show(call.path("volume"), call.path("host")))),
                new Route("DELETE", ONE, call -> {
                    grants.destroy(call.path("volume"), call.path("host"));
                    return Answer.gone();
                }));
    }
}
