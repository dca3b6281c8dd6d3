package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.Durations;
import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.PathSegment;
import dev.sandstone.daemon.api.Sizes;
import dev.sandstone.daemon.api.Volumes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code san volume}. */
@Command(
        name = "volume",
        description = "Volumes: thin block devices.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            VolumeCommands.Create.class,
            VolumeCommands.ListAll.class,
            VolumeCommands.Show.class,
            VolumeCommands.Resize.class,
            VolumeCommands.Set.class,
            VolumeTimeCommands.Clone.class,
            CopyCommand.class,
            CopyCommand.Status.class,
            VolumeTimeCommands.Detach.class,
            VolumeTimeCommands.Rewind.class,
            VolumeTimeCommands.History.class,
            VolumeTimeCommands.Usage.class,
            ReservationsCommand.class,
            VolumeCommands.Destroy.class
        })
final class VolumeCommands extends NounCommand {
    private static final String PATH = "/api/v1/volumes";

    static String path(String name) {
        return PATH + "/" + PathSegment.of(name);
    }

    static int show(Terminal terminal, boolean json, Volumes.View volume) {
        if (json) {
            terminal.json(volume);
            return ExitCode.OK;
        }
        List<List<String>> rows = new ArrayList<>(List.of(
                List.of("name", volume.name()),
                List.of("uuid", volume.uuid()),
                List.of("state", volume.state()),
                List.of("size", Sizes.format(volume.sizeBytes())),
                List.of("used", Sizes.format(volume.usedBytes())),
                List.of("target", volume.iqn()),
                List.of("lun", Integer.toString(volume.lun())),
                List.of("naa", volume.naa()),
                List.of("serial", volume.serial()),
                List.of("write policy", volume.writePolicy()),
                List.of("physical block", Integer.toString(volume.physicalBlock())),
                List.of("removable", volume.removable() ? "yes" : "no"),
                List.of("access", volume.readOnly() ? "read-only" : "read-write"),
                List.of("snapshots", Integer.toString(volume.snapshots())),
                List.of("rewind window", Durations.format(volume.rewindWindowS()))));
        if (volume.origin() != null) {
            rows.add(List.of("cloned from", volume.origin()));
        }
        if (volume.depth() > 0) {
            rows.add(List.of("histories behind it", Integer.toString(volume.depth())));
        }
        if (volume.detachedPercent() != null) {
            rows.add(List.of("detached", volume.detachedPercent() + " %"));
        }
        volume.uris().forEach(uri -> rows.add(List.of("uri", uri)));
        terminal.table(List.of("VOLUME", ""), rows);
        return ExitCode.OK;
    }

    @Command(name = "create", description = "Create a volume; the same again answers the existing one.")
    static final class Create extends ClientCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "Letters, digits, dots, dashes, underscores.")
        String name = "";

        @Parameters(index = "1", paramLabel = "SIZE", description = "Such as 10G, 512M or bytes; a multiple of 4 KiB.")
        String size = "";

        @Option(names = "--physical-block", paramLabel = "BYTES", description = "512 or 4096 (default).")
        int physicalBlock = 4096;

        @Option(names = "--removable", description = "A removable medium.")
        boolean removable;

        @Option(names = "--read-only", description = "Initiators cannot write.")
        boolean readOnly;

        @Option(names = "--write-policy", paramLabel = "POLICY", description = "durable (default) or write-back.")
        String writePolicy = "durable";

        @Override
        int run(ApiClient client, Terminal terminal) {
            Volumes.Create request =
                    new Volumes.Create(name, Sizes.parse(size), physicalBlock, removable, readOnly, writePolicy);
            return show(terminal, options.json, client.post(PATH, request, Volumes.View.class));
        }
    }

    @Command(name = "list", description = "List the volumes.")
    static final class ListAll extends ClientCommand {
        @Override
        int run(ApiClient client, Terminal terminal) {
            List<Volumes.View> volumes = client.get(PATH, Volumes.Page.class).items();
            if (options.json) {
                terminal.json(volumes);
                return ExitCode.OK;
            }
            terminal.table(
                    List.of("NAME", "SIZE", "USED", "LUN", "POLICY", "ACCESS", "STATE"),
                    volumes.stream()
                            .map(volume -> List.of(
                                    volume.name(),
                                    Sizes.format(volume.sizeBytes()),
                                    Sizes.format(volume.usedBytes()),
                                    Integer.toString(volume.lun()),
                                    volume.writePolicy(),
                                    volume.readOnly() ? "read-only" : "read-write",
                                    volume.state()))
                            .toList());
            return ExitCode.OK;
        }
    }

    @Command(name = "show", description = "Show a volume: size, use, target, LUN, identifiers, URIs.")
    static final class Show extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The volume.")
        String name = "";

        @Override
        int run(ApiClient client, Terminal terminal) {
            return show(terminal, options.json, client.get(path(name), Volumes.View.class));
        }
    }

    @Command(name = "resize", description = "Grow a volume, or shrink it.")
    static final class Resize extends ClientCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "The volume.")
        String name = "";

        @Parameters(index = "1", paramLabel = "SIZE", description = "The new size.")
        String size = "";

        @Option(names = "--truncate", description = "Allow a smaller size: the data beyond it is dropped.")
        boolean truncate;

        @Override
        int run(ApiClient client, Terminal terminal) {
            Volumes.Resize request = new Volumes.Resize(Sizes.parse(size), truncate);
            return show(terminal, options.json, client.post(path(name) + "/resize", request, Volumes.View.class));
        }
    }

    @Command(name = "set", description = "Change options of a volume; what is not named stays.")
    static final class Set extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The volume.")
        String name = "";

        @Option(names = "--write-policy", paramLabel = "POLICY", description = "durable or write-back.")
        @Nullable
        String writePolicy;

        @Option(
                names = "--read-only",
                arity = "1",
                paramLabel = "true|false",
                description = "Whether initiators can not write.")
        @Nullable
        Boolean readOnly;

        @Option(
                names = "--rewind-window",
                paramLabel = "DURATION",
                description = "How far back it can be rewound, such as 30m, 1h, 7d; 0 ends it.")
        @Nullable
        String rewindWindow;

        @Override
        int run(ApiClient client, Terminal terminal) {
            Volumes.Update request = new Volumes.Update(
                    writePolicy, readOnly, rewindWindow == null ? null : Durations.seconds(rewindWindow));
            return show(terminal, options.json, client.patch(path(name), request, Volumes.View.class));
        }
    }

    @Command(name = "destroy", description = "Destroy a volume, its data and its grants.")
    static final class Destroy extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The volume.")
        String name = "";

        @Option(names = "--with-snapshots", description = "Its snapshots too.")
        boolean withSnapshots;

        @Option(names = "--yes", description = "Do not ask.")
        boolean yes;

        @Override
        int run(ApiClient client, Terminal terminal) {
            confirm(terminal, yes, "This destroys volume " + name + " and its data.", name);
            client.delete(path(name) + (withSnapshots ? "?with_snapshots=true" : ""));
            return done(terminal, options.json, "destroyed " + name);
        }
    }
}
