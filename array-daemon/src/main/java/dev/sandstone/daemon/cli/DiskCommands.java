package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.Disks;
import dev.sandstone.daemon.api.Durations;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.PathSegment;
import dev.sandstone.daemon.api.Sizes;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Those of {@code san pool} that have to do with its disks. */
final class DiskCommands {
    private static final String PATH = "/api/v1/pool/disks";
    private static final String SCRUB = "/api/v1/pool/scrub";

    private DiskCommands() {}

    private static int show(Terminal terminal, boolean json, Disks.View disk) {
        if (json) {
            terminal.json(disk);
        } else {
            table(terminal, List.of(disk));
        }
        return ExitCode.OK;
    }

    private static void table(Terminal terminal, List<Disks.View> disks) {
        terminal.table(
                List.of("ID", "STATE", "SIZE", "USED", "PATH", "TROUBLE"),
                disks.stream()
                        .map(disk -> List.of(
                                disk.id(),
                                disk.state(),
                                Sizes.format(disk.sizeBytes()),
                                Sizes.format(disk.usedBytes()),
                                or(disk.path(), "not found"),
                                or(disk.trouble(), "-")))
                        .toList());
    }

    private static String or(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }

    /** The path as the array, in a folder of its own, must be given it. */
    private static String absolute(String path) {
        try {
            return Path.of(path).toAbsolutePath().normalize().toString();
        } catch (InvalidPathException bad) {
            throw new ApiException(
                    ErrorCode.USAGE, "the path cannot be used", String.valueOf(bad.getReason()), "give another", bad);
        }
    }

    /** The address of a disk that is given by its id, the beginning of it, or its path. */
    private static String one(ApiClient client, String disk) {
        if (!disk.contains("/")) {
            return PATH + "/" + PathSegment.of(disk);
        }
        String path = absolute(disk);
        String id = client.get(PATH, Disks.Page.class).items().stream()
                .filter(known -> path.equals(known.path()))
                .map(Disks.View::id)
                .findFirst()
                .orElseThrow(() -> new ApiException(
                        ErrorCode.DISK_NOT_FOUND,
                        "no disk at " + path,
                        "the pool has none there",
                        "see the disks with: san pool disks"));
        return PATH + "/" + PathSegment.of(id);
    }

    private static @Nullable Long size(String given) {
        return given.isEmpty() ? null : Sizes.parse(given);
    }

    @Command(name = "disks", description = "Show the disks, and how safe the data on them is.")
    static final class ListAll extends ClientCommand {
        @Override
        int run(ApiClient client, Terminal terminal) {
            Disks.Page disks = client.get(PATH, Disks.Page.class);
            if (options.json) {
                terminal.json(disks);
                return ExitCode.OK;
            }
            table(terminal, disks.items());
            Disks.Redundancy redundancy = disks.redundancy();
            terminal.line(redundancy.copies() + (redundancy.copies() == 1 ? " copy of " : " copies of ")
                    + redundancy.segments() + " segments"
                    + (redundancy.fewer() > 0 ? ", " + redundancy.fewer() + " have fewer" : "")
                    + (redundancy.single() > 0 ? ", " + redundancy.single() + " have one" : "")
                    + (redundancy.lost() > 0 ? ", " + redundancy.lost() + " are lost" : "")
                    + (redundancy.whole() ? ": any one disk may fail" : ""));
            Disks.Rebuild rebuild = disks.rebuild();
            if (rebuild.left() > 0) {
                terminal.line("rebuilding: " + rebuild.done() + " segments done, " + rebuild.left() + " to go"
                        + (rebuild.waits() == null ? "" : "; " + rebuild.waits()));
            }
            Disks.Moves moves = disks.moves();
            if (moves.left() > 0) {
                terminal.line("copies move to make room: " + moves.done() + " done, about " + moves.left() + " to go");
            }
            return ExitCode.OK;
        }
    }

    @Command(
            name = "add-disk",
            description = "Take a disk into the pool: a folder, which gets an image, or a block device without a pool;"
                    + " or a disk of this pool that had failed and is there again. Of several disks data moves to it by"
                    + " itself until the pool is as large as it can be.")
    static final class Add extends ClientCommand {
        @Parameters(paramLabel = "PATH", description = "The folder, image file or device.")
        String path = "";

        @Option(
                names = "--size",
                paramLabel = "SIZE",
                description = "Of a new image; else as large as the largest disk so far.")
        String size = "";

        @Override
        int run(ApiClient client, Terminal terminal) {
            return show(
                    terminal,
                    options.json,
                    client.run(PATH, new Disks.Add(absolute(path), size(size)), Disks.View.class));
        }
    }

    @Command(name = "remove-disk", description = "Take a disk out of the pool, once its data is on the others.")
    static final class Remove extends ClientCommand {
        @Parameters(paramLabel = "DISK", description = "Its id, the beginning of it, or its path.")
        String disk = "";

        @Option(names = "--yes", description = "Do not ask.")
        boolean yes;

        @Override
        int run(ApiClient client, Terminal terminal) {
            confirm(terminal, yes, "This takes disk " + disk + " out of the pool.", disk);
            client.delete(one(client, disk));
            return done(terminal, options.json, disk + " leaves; see san pool disks");
        }
    }

    @Command(name = "replace-disk", description = "Put a disk in the place of another one, which then leaves.")
    static final class Replace extends ClientCommand {
        @Parameters(index = "0", paramLabel = "DISK", description = "Its id, the beginning of it, or its path.")
        String disk = "";

        @Parameters(index = "1", paramLabel = "PATH", description = "The new folder, image file or device.")
        String path = "";

        @Option(names = "--size", paramLabel = "SIZE", description = "Of a new image.")
        String size = "";

        @Option(names = "--yes", description = "Do not ask.")
        boolean yes;

        @Override
        int run(ApiClient client, Terminal terminal) {
            confirm(terminal, yes, "This takes disk " + disk + " out of the pool.", disk);
            return show(
                    terminal,
                    options.json,
                    client.run(
                            one(client, disk) + "/replace",
                            new Disks.Add(absolute(path), size(size)),
                            Disks.View.class));
        }
    }

    @Command(name = "grow-disk", description = "Use room that a disk was given, or make its image larger.")
    static final class Grow extends ClientCommand {
        @Parameters(index = "0", paramLabel = "DISK", description = "Its id, the beginning of it, or its path.")
        String disk = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "SIZE",
                description = "New size of an image; else what the file or device has now.")
        String size = "";

        @Override
        int run(ApiClient client, Terminal terminal) {
            return show(
                    terminal,
                    options.json,
                    client.run(one(client, disk) + "/grow", new Disks.Grow(size(size)), Disks.View.class));
        }
    }

    @Command(
            name = "scrub",
            description = "Read every copy of everything and repair what differs from its checksum, in the background.")
    static final class Scrub extends ClientCommand {
        @Option(names = "--status", description = "Only tell how far it is.")
        boolean status;

        @Option(names = "--pause", description = "Stop it; it goes on where it was.")
        boolean pause;

        @Option(names = "--every", paramLabel = "DURATION", description = "Begin by itself so often; 0: never.")
        String every = "";

        @Option(
                names = "--wait",
                description = "End when the scrub does: with 0 if every block is sound now, with 1 if some are lost.")
        boolean wait;

        @Override
        int run(ApiClient client, Terminal terminal) {
            if (wait && (pause || !every.isEmpty())) {
                throw new ApiException(
                        ErrorCode.USAGE, "there is no end to wait for", "only a scrub ends", "leave --wait away");
            }
            Disks.Scrub scrub =
                    status ? client.get(SCRUB, Disks.Scrub.class) : client.post(SCRUB, request(), Disks.Scrub.class);
            while (wait && scrub.state().equals("running")) {
                rest();
                scrub = client.get(SCRUB, Disks.Scrub.class);
            }
            show(terminal, scrub);
            if (wait) {
                judge(scrub);
            }
            return ExitCode.OK;
        }

        private static void judge(Disks.Scrub scrub) {
            if (scrub.state().equals("paused")) {
                throw new ApiException(
                        ErrorCode.BUSY,
                        "the scrub has not ended",
                        "it was paused after " + scrub.done() + " of " + scrub.segments() + " segments",
                        "let it go on with: san pool scrub --wait");
            }
            if (scrub.damagedBlocks() > 0) {
                throw new ApiException(
                        ErrorCode.POOL_UNSOUND,
                        "the pool is not sound",
                        scrub.damagedBlocks() + " blocks of 4 KiB are damaged on every copy",
                        "where volumes need them they read as medium errors until they are written again");
            }
        }

        private void show(Terminal terminal, Disks.Scrub scrub) {
            if (options.json) {
                terminal.json(scrub);
                return;
            }
            List<List<String>> rows = new ArrayList<>(List.of(
                    List.of("state", scrub.state()),
                    List.of("segments", scrub.done() + " of " + scrub.segments()),
                    List.of("repaired", scrub.repairedBlocks() + " blocks"),
                    List.of("damaged on every copy", scrub.damagedBlocks() + " blocks"),
                    List.of("last one ended", or(scrub.endedAt(), "never")),
                    List.of("every", scrub.intervalS() == 0 ? "never" : Durations.format(scrub.intervalS())),
                    List.of("next", or(scrub.nextAt(), "when told to"))));
            terminal.table(List.of("SCRUB", ""), rows);
        }

        private Disks.ScrubUpdate request() {
            if (!every.isEmpty()) {
                return new Disks.ScrubUpdate(null, Durations.seconds(every));
            }
            return new Disks.ScrubUpdate(pause ? "pause" : "start", null);
        }
    }
}
