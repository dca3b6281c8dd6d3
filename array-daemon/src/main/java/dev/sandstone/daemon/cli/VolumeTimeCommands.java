package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.Durations;
import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.Sizes;
import dev.sandstone.daemon.api.Snapshots;
import dev.sandstone.daemon.api.VolumeTimes;
import dev.sandstone.daemon.api.Volumes;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Those of {@code san volume} that have to do with time. */
final class VolumeTimeCommands {
    private VolumeTimeCommands() {}

    @Command(
            name = "clone",
            description = {
                "Make a writable volume of what another one holds, or held; at once and whatever its size.",
                "A moment is a snapshot or a time: db@monday, db@2026-11-27T09:30:00Z, \"db@10s ago\"."
            })
    static final class Clone extends ClientCommand {
        @Parameters(index = "0", paramLabel = "SOURCE[@MOMENT]", description = "The volume, now or at a moment.")
        String source = "";

        @Parameters(index = "1", paramLabel = "NEW", description = "The name of the clone.")
        String name = "";

        @Override
        int run(ApiClient client, Terminal terminal) {
            int at = source.indexOf('@');
            String volume = at < 0 ? source : source.substring(0, at);
            VolumeTimes.Clone request = new VolumeTimes.Clone(name, at < 0 ? null : source.substring(at + 1));
            return VolumeCommands.show(
                    terminal,
                    options.json,
                    client.post(VolumeCommands.path(volume) + "/clone", request, Volumes.View.class));
        }
    }

    @Command(
            name = "detach",
            description = {
                "Make a clone independent of the volume it came from, in the background.",
                "No data is copied; afterwards nothing of the other volume is kept for it."
            })
    static final class Detach extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The clone.")
        String name = "";

        @Option(names = "--wait", description = "End when it is done.")
        boolean wait;

        @Override
        int run(ApiClient client, Terminal terminal) {
            String path = VolumeCommands.path(name);
            Volumes.View volume = client.run(path + "/detach", ApiClient.USUAL, Volumes.View.class);
            while (wait && volume.detachedPercent() != null) {
                rest();
                volume = client.get(path, Volumes.View.class);
            }
            return VolumeCommands.show(terminal, options.json, volume);
        }
    }

    @Command(
            name = "rewind",
            description = {
                "Let a volume hold what it held at a time inside its rewind window, or in a snapshot.",
                "What it holds now is kept as a snapshot."
            })
    static final class Rewind extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The volume.")
        String name = "";

        @Option(
                names = "--to",
                required = true,
                paramLabel = "TIME",
                description = "2026-11-27T09:30:00Z (UTC without a zone), \"10s ago\", or a snapshot.")
        String to = "";

        @Option(names = "--force", description = "Even while initiators that see the volume are logged in.")
        boolean force;

        @Option(names = "--yes", description = "Do not ask.")
        boolean yes;

        @Override
        int run(ApiClient client, Terminal terminal) {
            confirm(terminal, yes, "This takes volume " + name + " back to " + to + ".", name);
            return SnapshotCommands.back(
                    terminal,
                    options.json,
                    client.post(
                            VolumeCommands.path(name) + "/rewind",
                            new VolumeTimes.Rewind(to, force),
                            Snapshots.View.class));
        }
    }

    @Command(name = "history", description = "Show what a volume can go back to: snapshots, rewind window, clones.")
    static final class History extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The volume.")
        String name = "";

        @Override
        int run(ApiClient client, Terminal terminal) {
            VolumeTimes.History history = client.get(VolumeCommands.path(name) + "/history", VolumeTimes.History.class);
            if (options.json) {
                terminal.json(history);
                return ExitCode.OK;
            }
            terminal.table(
                    List.of("AT", "WHAT", "NAME"),
                    history.events().stream()
                            .map(event -> List.of(event.at(), event.what(), event.name()))
                            .toList());
            if (history.rewindFrom() != null) {
                terminal.line("every second since " + history.rewindFrom() + ", window "
                        + Durations.format(history.rewindWindowS()));
            }
            return ExitCode.OK;
        }
    }

    @Command(
            name = "du",
            description = "Show where the bytes of a volume are, and what deleting its snapshots would give back.")
    static final class Usage extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The volume.")
        String name = "";

        @Override
        int run(ApiClient client, Terminal terminal) {
            VolumeTimes.Usage usage = client.get(VolumeCommands.path(name) + "/usage", VolumeTimes.Usage.class);
            if (options.json) {
                terminal.json(usage);
                return ExitCode.OK;
            }
            List<List<String>> rows = new ArrayList<>(List.of(
                    List.of("size", Sizes.format(usage.logicalBytes())),
                    List.of("mapped", Sizes.format(usage.mappedBytes())),
                    List.of("  only here", Sizes.format(usage.uniqueBytes())),
                    List.of("  shared", Sizes.format(usage.sharedBytes())),
                    List.of("  borrowed", Sizes.format(usage.borrowedBytes())),
                    List.of("held by snapshots", Sizes.format(usage.snapshotBytes())),
                    List.of("deleting all snapshots gives back", Sizes.format(usage.reclaimableBytes()))));
            usage.snapshots()
                    .forEach(snapshot ->
                            rows.add(List.of("  only " + snapshot.name(), Sizes.format(snapshot.reclaimableBytes()))));
            terminal.table(List.of("VOLUME " + name, ""), rows);
            return ExitCode.OK;
        }
    }
}
