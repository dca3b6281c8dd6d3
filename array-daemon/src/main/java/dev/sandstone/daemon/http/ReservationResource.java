package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.ReservationAdmin;
import java.util.List;

/** {@code /api/v1/volumes/{name}/reservations}. */
final class ReservationResource {
    private static final String PATH = "/api/v1/volumes/{name}/reservations";

    private ReservationResource() {}

    static List<Route> routes(ReservationAdmin reservations) {
        return List.of(
                new Route("GET", PATH, call -> Answer.ok(reservations.show(call.path("name")))),
                new Route("DELETE", PATH, call -> {
                    reservations.clear(call.path("name"));
                    return Answer.gone();
                }));
    }
}
