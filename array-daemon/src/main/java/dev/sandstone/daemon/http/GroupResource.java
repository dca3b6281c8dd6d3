package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.GroupAdmin;
import dev.sandstone.daemon.api.Groups;
import dev.sandstone.daemon.api.Snapshots;
import java.util.List;

/** {@code /api/v1/groups}. */
final class GroupResource {
    private static final String ALL = "/api/v1/groups";
    private static final String ONE = ALL + "/{group}";

    private GroupResource() {}

    static List<Route> routes(GroupAdmin groups) {
        return List.of(
                new Route("GET", ALL, call -> Answer.ok(new Groups.Page(groups.list()))),
                new Route("POST", ALL, call -> Answer.created(groups.create(call.body(Groups.Create.class)))),
                new Route("GET", ONE, call -> Answer.ok(groups.show(call.path("group")))),
                new Route("DELETE", ONE, call -> {
                    groups.destroy(call.path("group"));
                    return Answer.gone();
                }),
                new Route(
                        "POST",
                        ONE + "/add",
                        call -> Answer.ok(groups.add(call.path("group"), call.body(Groups.Members.class)))),
                new Route(
                        "POST",
                        ONE + "/remove",
                        call -> Answer.ok(groups.remove(call.path("group"), call.body(Groups.Members.class)))),
                new Route(
                        "POST",
                        ONE + "/snapshots",
                        call -> Answer.made(new Snapshots.Page(
                                groups.snapshot(call.path("group"), call.body(Snapshots.Create.class))))),
                new Route(
                        "POST",
                        ONE + "/rollback",
                        call -> Answer.ok(new Snapshots.Page(
                                groups.rollback(call.path("group"), call.body(Groups.Rollback.class))))));
    }
}
