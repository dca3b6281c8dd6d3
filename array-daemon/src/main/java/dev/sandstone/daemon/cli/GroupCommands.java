package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.Groups;
import dev.sandstone.daemon.api.PathSegment;
import dev.sandstone.daemon.api.Snapshots;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code san group}. */
@Command(
        name = "group",
        description = "Consistency groups: volumes whose snapshots are of one moment.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            GroupCommands.Create.class,
            GroupCommands.Add.class,
            GroupCommands.Remove.class,
            GroupCommands.ListAll.class,
            GroupCommands.Show.class,
            GroupCommands.Snapshot.class,
            GroupCommands.Rollback.class,
            GroupCommands.Destroy.class
        })
final class GroupCommands extends NounCommand {
    private static final String PATH = "/api/v1/groups";

    private static int show(Terminal terminal, boolean json, Groups.View group) {
        if (json) {
            terminal.json(group);
        } else {
            table(terminal, List.of(group));
        }
        return ExitCode.OK;
    }

    private static void table(Terminal terminal, List<Groups.View> groups) {
        terminal.table(
                List.of("NAME", "VOLUMES", "SNAPSHOTS"),
                groups.stream()
                        .map(group -> List.of(
                                group.name(), String.join(", ", group.volumes()), String.join(", ", group.snapshots())))
                        .toList());
    }

    /** A command about one group. */
    abstract static class OfOne extends ClientCommand {
        @Parameters(index = "0", paramLabel = "GROUP", description = "The group.")
        String group = "";

        String one() {
            return PATH + "/" + PathSegment.of(group);
        }
    }

    @Command(name = "create", description = "Define a group; the same again answers the existing one.")
    static final class Create extends ClientCommand {
        @Parameters(index = "0", paramLabel = "GROUP", description = "Letters, digits, dots, dashes, underscores.")
        String group = "";

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "VOLUME", description = "Its first members.")
        List<String> volumes = new ArrayList<>();

        @Override
        int run(ApiClient client, Terminal terminal) {
            return show(
                    terminal, options.json, client.post(PATH, new Groups.Create(group, volumes), Groups.View.class));
        }
    }

    @Command(name = "add", description = "Put volumes into a group.")
    static final class Add extends OfOne {
        @Parameters(index = "1..*", arity = "1..*", paramLabel = "VOLUME", description = "The volumes.")
        List<String> volumes = new ArrayList<>();

        @Override
        int run(ApiClient client, Terminal terminal) {
            return show(
                    terminal,
                    options.json,
                    client.post(one() + "/add", new Groups.Members(volumes), Groups.View.class));
        }
    }

    @Command(name = "remove", description = "Take volumes out of a group; their snapshots stay.")
    static final class Remove extends OfOne {
        @Parameters(index = "1..*", arity = "1..*", paramLabel = "VOLUME", description = "The volumes.")
        List<String> volumes = new ArrayList<>();

        @Override
        int run(ApiClient client, Terminal terminal) {
            return show(
                    terminal,
                    options.json,
                    client.post(one() + "/remove", new Groups.Members(volumes), Groups.View.class));
        }
    }

    @Command(name = "list", description = "List the groups.")
    static final class ListAll extends ClientCommand {
        @Override
        int run(ApiClient client, Terminal terminal) {
            List<Groups.View> groups = client.get(PATH, Groups.Page.class).items();
            if (options.json) {
                terminal.json(groups);
            } else {
                table(terminal, groups);
            }
            return ExitCode.OK;
        }
    }

    @Command(name = "show", description = "Show a group: its volumes and the snapshots all of them are part of.")
    static final class Show extends OfOne {
        @Override
        int run(ApiClient client, Terminal terminal) {
            return show(terminal, options.json, client.get(one(), Groups.View.class));
        }
    }

    @Command(name = "snapshot", description = "Take a snapshot of every member, all of the same moment.")
    static final class Snapshot extends OfOne {
        @Parameters(index = "1", paramLabel = "NAME", description = "The name of each of them.")
        String name = "";

        @Override
        int run(ApiClient client, Terminal terminal) {
            return SnapshotCommands.list(
                    terminal,
                    options.json,
                    client.post(one() + "/snapshots", new Snapshots.Create(name), Snapshots.Page.class)
                            .items());
        }
    }

    @Command(
            name = "rollback",
            description = "Let every member hold what it held then. What they hold now is kept as snapshots.")
    static final class Rollback extends OfOne {
        @Parameters(index = "1", paramLabel = "NAME", description = "The group's snapshot.")
        String name = "";

        @Option(names = "--force", description = "Even while initiators that see a member are logged in.")
        boolean force;

        @Option(names = "--yes", description = "Do not ask.")
        boolean yes;

        @Override
        int run(ApiClient client, Terminal terminal) {
            confirm(terminal, yes, "This takes all volumes of group " + group + " back to " + name + ".", group);
            List<Snapshots.View> undo = client.post(
                            one() + "/rollback", new Groups.Rollback(name, force), Snapshots.Page.class)
                    .items();
            if (options.json) {
                terminal.json(undo);
            } else {
                undo.forEach(one -> SnapshotCommands.back(terminal, false, one));
            }
            return ExitCode.OK;
        }
    }

    @Command(name = "destroy", description = "Forget a group; its volumes and their snapshots stay.")
    static final class Destroy extends OfOne {
        @Option(names = "--yes", description = "Do not ask.")
        boolean yes;

        @Override
        int run(ApiClient client, Terminal terminal) {
            confirm(terminal, yes, "This forgets group " + group + ".", group);
            client.delete(one());
            return done(terminal, options.json, "destroyed group " + group);
        }
    }
}
