package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.Disks;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.PoolDisks;
import dev.sandstone.engine.volume.PoolDisks.NewDisk;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The disks of the pool: which, how many copies, and the walk that verifies them. */
public final class DiskAdmin {
    /** To make or format an image may take as long as its file system wants. */
    private static final long DISK_SECONDS = 300;

    private static final int LEAST_PREFIX = 4;
    private static final long LEAST_INTERVAL_S = 3600;

    private final PoolDisks disks;
    private final ChangeLock lock;
    private final UnaryOperator<Path> places;

    /** @param places what is meant by an absolute path as a disk: the array's own folder holds more than a disk */
    public DiskAdmin(PoolDisks disks, ChangeLock lock, UnaryOperator<Path> places) {
        this.disks = disks;
        this.lock = lock;
        this.places = places;
    }

    public Disks.Page list() {
        PoolDisks.Status status = status();
        PoolDisks.Redundancy redundancy = status.redundancy();
        PoolDisks.Rebuild rebuild = status.rebuild();
        return new Disks.Page(
                status.disks().stream().map(DiskAdmin::view).toList(),
                new Disks.Redundancy(
                        redundancy.copies(),
                        redundancy.segments(),
                        redundancy.fewer(),
                        redundancy.single(),
                        redundancy.lost(),
                        redundancy.isWhole()),
                new Disks.Rebuild(
                        rebuild.done(), rebuild.left(), rebuild.waits().orElse(null)),
                new Disks.Moves(status.moves().done(), status.moves().left()));
    }

    public Disks.View add(Disks.Add asked) {
        NewDisk disk = newDisk(asked);
        return lock.change(() -> view(await(disks.add(disk))));
    }

    /** Leaves once its segments are elsewhere. */
    public void remove(String disk) {
        lock.change(() -> await(disks.remove(find(disk)).thenApply(done -> disk)));
    }

    /** Answers the new one; the old one leaves once its segments are elsewhere. */
    public Disks.View replace(String disk, Disks.Add asked) {
        NewDisk by = newDisk(asked);
        return lock.change(() -> view(await(disks.replace(find(disk), by))));
    }

    public Disks.View grow(String disk, Disks.Grow asked) {
        return lock.change(() -> view(await(disks.grow(find(disk), size(asked.sizeBytes())))));
    }

    public Disks.Scrub scrub() {
        PoolDisks.Scrub scrub = status().scrub();
        return new Disks.Scrub(
                scrub.state().name().toLowerCase(Locale.ROOT),
                scrub.done(),
                scrub.segments(),
                scrub.repaired(),
                scrub.damaged(),
                scrub.ended().map(Instant::toString).orElse(null),
                scrub.interval().toSeconds(),
                scrub.next().map(Instant::toString).orElse(null));
    }

    public Disks.Scrub scrub(Disks.ScrubUpdate asked) {
        String action = asked.action();
        if (action != null && !action.equals("start") && !action.equals("pause")) {
            throw bad("no such action", "a scrub is started or paused", "say start or pause");
        }
        Long interval = asked.intervalS();
        if (interval != null && interval != 0 && (interval < LEAST_INTERVAL_S || interval > 366 * 86_400L)) {
            throw bad(
                    "a scrub every " + interval + " s is not offered",
                    "it is an hour to a year, or 0 for never",
                    "say for example --every 14d");
        }
        return lock.change(() -> {
            if (interval != null) {
                await(disks.scheduleScrub(Duration.ofSeconds(interval)).thenApply(done -> interval));
            }
            if (action != null) {
                await((action.equals("start") ? disks.startScrub() : disks.pauseScrub()).thenApply(done -> action));
            }
            return scrub();
        });
    }

    private PoolDisks.Status status() {
        return Engine.await(disks.status());
    }

    /** By its id, or by the beginning of it. */
    private UUID find(String disk) {
        String wanted = disk.toLowerCase(Locale.ROOT);
        List<UUID> found = status().disks().stream()
                .map(PoolDisks.Disk::id)
                .filter(id -> wanted.length() >= LEAST_PREFIX && id.toString().startsWith(wanted))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        throw new ApiException(
                ErrorCode.DISK_NOT_FOUND,
                found.isEmpty() ? "no disk \"" + disk + "\"" : "several disks begin with \"" + disk + "\"",
                "a disk is named by its id, or by the beginning of it",
                "see the ids with: san pool disks");
    }

    private NewDisk newDisk(Disks.Add asked) {
        try {
            Path path = Path.of(asked.path());
            if (path.isAbsolute()) {
                return new NewDisk(places.apply(path.normalize()), size(asked.sizeBytes()));
            }
        } catch (InvalidPathException bad) {
            throw bad("the path of the disk cannot be used", String.valueOf(bad.getReason()), "give another path");
        }
        throw bad("the path of the disk is not absolute", "the array runs in another folder", "give a path from /");
    }

    private static long size(@Nullable Long bytes) {
        if (bytes == null) {
            return 0;
        }
        if (bytes <= 0) {
            throw new ApiException(
                    ErrorCode.BAD_SIZE,
                    "a disk of " + bytes + " bytes is not possible",
                    "a size is positive",
                    "leave it away, or give another");
        }
        return bytes;
    }

    private static ApiException bad(String what, String why, String fix) {
        return new ApiException(ErrorCode.BAD_VALUE, what, why, fix);
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return Engine.result(stage, DISK_SECONDS);
        } catch (EngineException refused) {
            throw switch (refused.status()) {
                case EXISTS ->
                    refusal(refused, ErrorCode.DISK_TAKEN, "name one without a pool; what is on it was not touched");
                case NOT_FOUND -> refusal(refused, ErrorCode.DISK_NOT_FOUND, "see the disks with: san pool disks");
                case SPACE_EXHAUSTED -> refusal(refused, ErrorCode.DISK_ROOM, "add a disk first, or a larger one");
                case NOT_PERMITTED ->
                    refusal(refused, ErrorCode.BAD_VALUE, "name a folder, file or device that the array may write");
                case OUT_OF_RANGE -> refusal(refused, ErrorCode.BAD_SIZE, "a disk only grows");
                default -> Engine.translate(refused);
            };
        }
    }

    private static ApiException refusal(EngineException refused, ErrorCode code, String fix) {
        return new ApiException(code, "the disks stay as they are", String.valueOf(refused.getMessage()), fix, refused);
    }

    private static Disks.View view(PoolDisks.Disk disk) {
        return new Disks.View(
                disk.id().toString(),
                disk.path().map(Path::toString).orElse(null),
                disk.state().name().toLowerCase(Locale.ROOT),
                disk.bytes(),
                disk.usedBytes(),
                disk.trouble().orElse(null));
    }
}
