package dev.sandstone.daemon.admin;

import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.PoolDisks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Disks that are only a list. */
public final class FakeDisks implements PoolDisks {
    private static final long BYTES = 1 << 20;

    private final List<Disk> disks = new ArrayList<>();
    private ScrubState scrub = ScrubState.IDLE;
    private Duration interval = Duration.ofDays(14);
    private int looks = Integer.MAX_VALUE;
    private long damaged;

    FakeDisks() {
        disks.add(disk(new UUID(0xaaaa000000000000L, 1), Path.of("/disks/one"), BYTES));
    }

    /** The scrub under way, or the next one, ends when its state was asked for so often, and has found that much damage. */
    public void scrubEnds(int afterLooks, long damagedBlocks) {
        looks = afterLooks;
        damaged = damagedBlocks;
    }

    private static Disk disk(UUID id, Path path, long bytes) {
        return new Disk(id, Optional.of(path), DiskState.ACTIVE, bytes, 0, Optional.empty());
    }

    @Override
    public CompletionStage<Status> status() {
        int copies = Math.min(2, disks.size());
        if (scrub == ScrubState.RUNNING && --looks == 0) {
            scrub = ScrubState.IDLE;
        }
        return CompletableFuture.completedFuture(new Status(
                List.copyOf(disks),
                new Redundancy(copies, 7, 0, 0, 0),
                new Rebuild(0, 0, Optional.empty()),
                new Moves(2, 5),
                new Scrub(scrub, 3, 7, 1, damaged, Optional.empty(), interval, Optional.empty())));
    }

    @Override
    public Traffic traffic() {
        return new Traffic(0, 0);
    }

    @Override
    public CompletionStage<Disk> add(NewDisk wanted) {
        if (disks.stream().anyMatch(disk -> disk.path().equals(Optional.of(wanted.path())))) {
            return CompletableFuture.failedFuture(
                    new EngineException(EngineStatus.EXISTS, wanted.path() + " holds a pool"));
        }
        Disk added = disk(
                new UUID(0xbbbb000000000000L, disks.size()),
                wanted.path(),
                wanted.bytes() == 0 ? BYTES : wanted.bytes());
        disks.add(added);
        return CompletableFuture.completedFuture(added);
    }

    @Override
    public CompletionStage<Void> remove(UUID disk) {
        if (disks.size() == 1) {
            return CompletableFuture.failedFuture(
                    new EngineException(EngineStatus.SPACE_EXHAUSTED, "it is the last disk"));
        }
        disks.removeIf(known -> known.id().equals(disk));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Disk> replace(UUID disk, NewDisk by) {
        return add(by).thenCompose(added -> remove(disk).thenApply(gone -> added));
    }

    @Override
    public CompletionStage<Disk> grow(UUID disk, long bytes) {
        Disk before = disks.stream()
                .filter(known -> known.id().equals(disk))
                .findFirst()
                .orElseThrow();
        if (bytes != 0 && bytes < before.bytes()) {
            return CompletableFuture.failedFuture(
                    new EngineException(EngineStatus.OUT_OF_RANGE, "it has " + before.bytes() + " bytes"));
        }
        Disk grown = disk(disk, before.path().orElseThrow(), Math.max(bytes, before.bytes()));
        disks.set(disks.indexOf(before), grown);
        return CompletableFuture.completedFuture(grown);
    }

    @Override
    public CompletionStage<Void> startScrub() {
        scrub = ScrubState.RUNNING;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> pauseScrub() {
        scrub = ScrubState.PAUSED;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> scheduleScrub(Duration wanted) {
        interval = wanted;
        return CompletableFuture.completedFuture(null);
    }
}
