package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.CloneAdmin;
import dev.sandstone.daemon.admin.SnapshotAdmin;
import dev.sandstone.daemon.admin.UsageAdmin;
import dev.sandstone.daemon.admin.VolumeTimeAdmin;
import dev.sandstone.daemon.api.VolumeTimes;
import java.util.List;

/** Volumes in time, below {@code /api/v1/volumes/{name}}. */
final class VolumeTimeResource {
    private static final String ONE = "/api/v1/volumes/{name}";

    private VolumeTimeResource() {}

    static List<Route> routes(VolumeTimeAdmin times, UsageAdmin usage, CloneAdmin clones, SnapshotAdmin snapshots) {
        return List.of(
                new Route(
                        "POST",
                        ONE + "/clone",
                        call -> Answer.made(clones.create(call.path("name"), call.body(VolumeTimes.Clone.class)))),
                new Route("POST", ONE + "/detach", call -> Answer.ok(clones.detach(call.path("name")))),
                new Route("POST", ONE + "/rewind", call -> {
                    VolumeTimes.Rewind asked = call.body(VolumeTimes.Rewind.class);
                    return Answer.ok(snapshots.rewind(call.path("name"), asked.to(), asked.force()));
                }),
                new Route("GET", ONE + "/history", call -> Answer.ok(times.history(call.path("name")))),
                new Route("GET", ONE + "/usage", call -> Answer.ok(usage.of(call.path("name")))),
                new Route(
                        "GET",
                        ONE + "/changes",
                        call -> Answer.ok(times.changes(
                                call.path("name"),
                                call.required("from"),
                                call.query("to"),
                                call.number("start", 0),
                                (int) Math.min(Integer.MAX_VALUE, call.number("limit", 1024))))));
    }
}
