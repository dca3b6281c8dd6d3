package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.HostAdmin;
import dev.sandstone.daemon.api.Hosts;
import java.util.List;

/** {@code /api/v1/hosts}. */
final class HostResource {
    private HostResource() {}

    static List<Route> routes(HostAdmin hosts) {
        return List.of(
                new Route("GET", "/api/v1/hosts", call -> Answer.ok(new Hosts.Page(hosts.list()))),
                new Route("POST", "/api/v1/hosts", call -> Answer.created(hosts.create(call.body(Hosts.Create.class)))),
                new Route("GET", "/api/v1/hosts/{name}", call -> Answer.ok(hosts.show(call.path("name")))),
                new Route("DELETE", "/api/v1/hosts/{name}", call -> {
                    hosts.destroy(call.path("name"));
                    return Answer.gone();
                }));
    }
}
