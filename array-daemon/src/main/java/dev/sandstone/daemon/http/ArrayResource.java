package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.SessionAdmin;
import dev.sandstone.daemon.api.ArrayView;
import dev.sandstone.daemon.api.Sessions;
import java.util.List;
import java.util.function.Supplier;

/** What there is one of: the array, its sessions, its metrics. */
final class ArrayResource {
    private ArrayResource() {}

    static List<Route> routes(Supplier<ArrayView> array, SessionAdmin sessions, Supplier<String> metrics) {
        return List.of(
                new Route("GET", "/api/v1/array", call -> Answer.ok(array.get())),
                new Route("GET", "/api/v1/sessions", call -> Answer.ok(new Sessions.Page(sessions.list()))),
                new Route("GET", "/metrics", call -> Answer.ok(metrics.get())));
    }
}
