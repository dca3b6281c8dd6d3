package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.PathSegment;
import dev.sandstone.daemon.api.Sizes;
import dev.sandstone.daemon.api.Snapshots;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code san snapshot}. */
@Command(
        name = "snapshot",
        description = "Snapshots: volumes as they were.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            SnapshotCommands.Create.class,
            SnapshotCommands.ListAll.class,
            SnapshotCommands.Show.class,
            SnapshotCommands.Rollback.class,
            SnapshotCommands.Hold.class,
            SnapshotCommands.Release.class,
            SnapshotCommands.Mount.class,
            SnapshotCommands.Unmount.class,
            DiffCommand.class,
            ReclaimableCommand.class,
            SnapshotCommands.Delete.class
        })
final class SnapshotCommands extends NounCommand {

    static String path(String volume) {
        return VolumeCommands.path(volume) + "/snapshots";
    }

    private static int show(Terminal terminal, boolean json, Snapshots.View snapshot) {
        if (json) {
            terminal.json(snapshot);
            return ExitCode.OK;
        }
        List<List<String>> rows = new ArrayList<>(List.of(
                List.of("volume", snapshot.volume()),
                List.of("name", snapshot.name()),
                List.of("uuid", snapshot.uuid()),
                List.of("state", snapshot.state()),
                List.of("kind", snapshot.kind()),
                List.of("taken", snapshot.takenAt()),
                List.of("size", Sizes.format(snapshot.sizeBytes())),
                List.of("held", snapshot.held() ? "yes" : "no"),
                List.of("group", or(snapshot.group(), "none"))));
        Long reclaimable = snapshot.reclaimableBytes();
        if (reclaimable != null) {
            rows.add(List.of("deleting gives back", Sizes.format(reclaimable)));
        }
        Snapshots.Mount mount = snapshot.mount();
        if (mount != null) {
            rows.add(List.of("mounted as", mount.name()));
            rows.add(List.of("target", mount.iqn()));
            rows.add(List.of("lun", Integer.toString(mount.lun())));
            rows.add(List.of("naa", mount.naa()));
            rows.add(List.of("serial", mount.serial()));
            mount.uris().forEach(uri -> rows.add(List.of("uri", uri)));
        }
        terminal.table(List.of("SNAPSHOT", ""), rows);
        return ExitCode.OK;
    }

    static int list(Terminal terminal, boolean json, List<Snapshots.View> snapshots) {
        if (json) {
            terminal.json(snapshots);
            return ExitCode.OK;
        }
        terminal.table(
                List.of("VOLUME", "NAME", "TAKEN", "SIZE", "KIND", "GROUP", "HELD", "LUN", "STATE"),
                snapshots.stream().map(SnapshotCommands::row).toList());
        return ExitCode.OK;
    }

    private static List<String> row(Snapshots.View snapshot) {
        Snapshots.Mount mount = snapshot.mount();
        return List.of(
                snapshot.volume(),
                snapshot.name(),
                snapshot.takenAt(),
                Sizes.format(snapshot.sizeBytes()),
                snapshot.kind(),
                or(snapshot.group(), "-"),
                snapshot.held() ? "held" : "-",
                mount == null ? "-" : Integer.toString(mount.lun()),
                snapshot.state());
    }

    private static String or(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }

    /** A command about one snapshot. */
    abstract static class OfOne extends ClientCommand {
        @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume.")
        String volume = "";

        @Parameters(index = "1", paramLabel = "NAME", description = "The snapshot.")
        String name = "";

        String one() {
            return path(volume) + "/" + PathSegment.of(name);
        }

        int post(ApiClient client, Terminal terminal, String action) {
            return show(
                    terminal, options.json, client.run(one() + "/" + action, ApiClient.USUAL, Snapshots.View.class));
        }
    }

    @Command(name = "create", description = "Take a snapshot of a volume, at once and whatever its size.")
    static final class Create extends OfOne {
        @Override
        int run(ApiClient client, Terminal terminal) {
            return show(
                    terminal,
                    options.json,
                    client.post(path(volume), new Snapshots.Create(name), Snapshots.View.class));
        }
    }

    @Command(name = "list", description = "List the snapshots, oldest first.")
    static final class ListAll extends ClientCommand {
        @Parameters(arity = "0..1", paramLabel = "VOLUME", description = "Only of this volume.")
        @Nullable
        String volume;

        @Override
        int run(ApiClient client, Terminal terminal) {
            String from = volume == null ? "/api/v1/snapshots" : path(volume);
            return list(
                    terminal,
                    options.json,
                    client.get(from, Snapshots.Page.class).items());
        }
    }

    @Command(name = "show", description = "Show a snapshot, and what deleting it would give back.")
    static final class Show extends OfOne {
        @Override
        int run(ApiClient client, Terminal terminal) {
            return show(terminal, options.json, client.get(one(), Snapshots.View.class));
        }
    }

    @Command(
            name = "rollback",
            description = "Let the volume hold what it held then. What it holds now is kept as a snapshot.")
    static final class Rollback extends OfOne {
        @Option(names = "--force", description = "Even while initiators that see the volume are logged in.")
        boolean force;

        @Option(names = "--yes", description = "Do not ask.")
        boolean yes;

        @Override
        int run(ApiClient client, Terminal terminal) {
            confirm(terminal, yes, "This takes volume " + volume + " back to " + name + ".", volume);
            return back(
                    terminal,
                    options.json,
                    client.post(one() + "/rollback", new Snapshots.Rollback(force), Snapshots.View.class));
        }
    }

    /** Tells that a volume went back, and where what it was is kept. */
    static int back(Terminal terminal, boolean json, Snapshots.View undo) {
        if (json) {
            terminal.json(undo);
        } else {
            terminal.line(undo.volume() + " went back; what it was until now is snapshot " + undo.name());
        }
        return ExitCode.OK;
    }

    @Command(name = "hold", description = "Keep a snapshot from being deleted.")
    static final class Hold extends OfOne {
        @Override
        int run(ApiClient client, Terminal terminal) {
            return post(client, terminal, "hold");
        }
    }

    @Command(name = "release", description = "Let a held snapshot be deleted again.")
    static final class Release extends OfOne {
        @Override
        int run(ApiClient client, Terminal terminal) {
            return post(client, terminal, "release");
        }
    }

    @Command(
            name = "mount",
            description = "Make a snapshot a read-only LUN; grant it as VOLUME@NAME to the hosts that shall see it.")
    static final class Mount extends OfOne {
        @Override
        int run(ApiClient client, Terminal terminal) {
            return post(client, terminal, "mount");
        }
    }

    @Command(name = "unmount", description = "Take a snapshot away from initiators, with its grants.")
    static final class Unmount extends OfOne {
        @Override
        int run(ApiClient client, Terminal terminal) {
            return post(client, terminal, "unmount");
        }
    }

    @Command(name = "delete", description = "Delete a snapshot; its space comes back in the background.")
    static final class Delete extends OfOne {
        @Option(names = "--yes", description = "Do not ask.")
        boolean yes;

        @Override
        int run(ApiClient client, Terminal terminal) {
            confirm(terminal, yes, "This deletes snapshot " + name + " of volume " + volume + ".", name);
            client.delete(one());
            return done(terminal, options.json, "deleted " + volume + "@" + name);
        }
    }
}
