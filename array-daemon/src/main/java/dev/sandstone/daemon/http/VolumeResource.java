package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.VolumeAdmin;
import dev.sandstone.daemon.api.Volumes;
import java.util.List;

/** {@code /api/v1/volumes}. */
final class VolumeResource {
    private VolumeResource() {}

    static List<Route> routes(VolumeAdmin volumes) {
        return List.of(
                new Route("GET", "/api/v1/volumes", call -> Answer.ok(new Volumes.Page(volumes.list()))),
                new Route(
                        "POST",
                        "/api/v1/volumes",
                        call -> Answer.created(volumes.create(call.body(Volumes.Create.class)))),
                new Route("GET", "/api/v1/volumes/{name}", call -> Answer.ok(volumes.show(call.path("name")))),
                new Route(
                        "PATCH",
                        "/api/v1/volumes/{name}",
                        call -> Answer.ok(volumes.set(call.path("name"), call.body(Volumes.Update.class)))),
                new Route(
                        "POST",
                        "/api/v1/volumes/{name}/resize",
                        call -> Answer.ok(volumes.resize(call.path("name"), call.body(Volumes.Resize.class)))),
                new Route("DELETE", "/api/v1/volumes/{name}", call -> {
                    volumes.destroy(call.path("name"), call.flag("with_snapshots"));
                    return Answer.gone();
                }));
    }
}
