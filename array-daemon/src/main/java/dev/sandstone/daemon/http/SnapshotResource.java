package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.MountAdmin;
import dev.sandstone.daemon.admin.SnapshotAdmin;
import dev.sandstone.daemon.admin.UsageAdmin;
import dev.sandstone.daemon.api.Snapshots;
import java.util.List;

/** {@code /api/v1/snapshots}, and below each volume. */
final class SnapshotResource {
    private static final String ALL = "/api/v1/snapshots";
    private static final String OF_VOLUME = "/api/v1/volumes/{name}/snapshots";
    private static final String ONE = OF_VOLUME + "/{snapshot}";

    private SnapshotResource() {}

    static List<Route> routes(SnapshotAdmin snapshots, MountAdmin mounts, UsageAdmin usage) {
        return List.of(
                new Route("GET", ALL, call -> Answer.ok(new Snapshots.Page(snapshots.list()))),
                new Route(
                        "POST",
                        ALL + "/reclaimable",
                        call -> Answer.ok(usage.reclaimable(call.body(Snapshots.Chosen.class)))),
                new Route("GET", OF_VOLUME, call -> Answer.ok(new Snapshots.Page(snapshots.list(call.path("name"))))),
                new Route(
                        "POST",
                        OF_VOLUME,
                        call -> Answer.made(snapshots.create(call.path("name"), call.body(Snapshots.Create.class)))),
                one("GET", "", snapshots::show),
                new Route("DELETE", ONE, call -> {
                    snapshots.delete(call.path("name"), call.path("snapshot"));
                    return Answer.gone();
                }),
                one("POST", "/hold", snapshots::hold),
                one("POST", "/release", snapshots::release),
                one("POST", "/mount", mounts::mount),
                one("POST", "/unmount", mounts::unmount),
                new Route(
                        "POST",
                        ONE + "/rollback",
                        call -> Answer.ok(snapshots.rollback(
                                call.path("name"), call.path("snapshot"), call.body(Snapshots.Rollback.class)))));
    }

    /** What is done to one snapshot and needs no body. */
    private interface Action {
        Snapshots.View on(String volume, String snapshot);
    }

    private static Route one(String method, String suffix, Action action) {
        return new Route(method, ONE + suffix, call -> Answer.ok(action.on(call.path("name"), call.path("snapshot"))));
    }
}
