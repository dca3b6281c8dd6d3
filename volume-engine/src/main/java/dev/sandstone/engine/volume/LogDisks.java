package dev.sandstone.engine.volume;

import dev.sandstone.engine.cleaner.Rebuilder;
import dev.sandstone.engine.cleaner.ScrubProgress;
import dev.sandstone.engine.store.DiskStore;
import dev.sandstone.engine.store.Disks;
import dev.sandstone.engine.store.MirrorAdmin;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.store.Superblock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The disks of a pool, for those who ask and change: carries questions to the loop, long work to the executor. */
final class LogDisks implements PoolDisks {
    private static final Duration LEAST_INTERVAL = Duration.ofHours(1);

    private final PoolParts parts;
    private final Shard shard;
    private final @Nullable DiskUpkeep upkeep;

    /** @param upkeep null for a pool without disks of its own */
    LogDisks(PoolParts parts, Shard shard, @Nullable DiskUpkeep upkeep) {
        this.parts = parts;
        this.shard = shard;
        this.upkeep = upkeep;
    }

    // questions

    @Override
    public CompletionStage<Status> status() {
        return onLoop(() -> upkeep == null ? ofMemory() : status(upkeep));
    }

    @Override
    public Traffic traffic() {
        return new Traffic(
                parts.tools().traffic().readBytes(), parts.tools().traffic().writtenBytes());
    }

    private Status ofMemory() {
        SegmentStore store = parts.store();
        long size = store.segmentBytes();
        long used = store.segments().size();
        Disk disk = new Disk(
                store.superblock().disk(),
                Optional.empty(),
                DiskState.ACTIVE,
                store.slots() * size,
                used * size,
                Optional.empty());
        return new Status(
                List.of(disk),
                new Redundancy(1, used, 0, 0, 0),
                new Rebuild(0, 0, Optional.empty()),
                new Moves(0, 0),
                new Scrub(ScrubState.IDLE, 0, used, 0, 0, Optional.empty(), Duration.ZERO, Optional.empty()));
    }

    private static Status status(DiskUpkeep of) {
        of.look();
        MirrorAdmin.Counts counts = of.admin().counts();
        Rebuilder rebuilder = of.rebuilder();
        return new Status(
                of.admin().members().stream().map(LogDisks::disk).toList(),
                new Redundancy(counts.copies(), counts.segments(), counts.fewer(), counts.single(), counts.lost()),
                new Rebuild(rebuilder.done(), counts.todo(), counts.todo() == 0 ? Optional.empty() : rebuilder.waits()),
                new Moves(rebuilder.moved(), rebuilder.toMove()),
                scrub(of.scrubber().progress(), counts.segments()));
    }

    private static Disk disk(MirrorAdmin.Member member) {
        DiskState state = switch (member.state()) {
            case "ACTIVE" -> DiskState.ACTIVE;
            case "LEAVING" -> DiskState.LEAVING;
            case "STALE" -> DiskState.STALE;
            default -> DiskState.FAILED;
        };
        return new Disk(
                member.id(),
                Optional.ofNullable(member.path()),
                state,
                member.bytes(),
                member.usedBytes(),
                Optional.ofNullable(member.trouble()));
    }

    private static Scrub scrub(ScrubProgress progress, long segments) {
        boolean over = progress.state() == ScrubProgress.State.IDLE;
        return new Scrub(
                ScrubState.valueOf(progress.state().name()),
                progress.done(),
                over ? progress.done() : Math.max(segments, progress.done()),
                progress.repaired(),
                progress.damaged(),
                time(progress.endedMicros()),
                Duration.of(progress.intervalMicros(), ChronoUnit.MICROS),
                time(progress.nextMicros()));
    }

    private static Optional<Instant> time(long micros) {
        return micros == 0 ? Optional.empty() : Optional.of(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    // changes

    @Override
    public CompletionStage<Disk> add(NewDisk disk) {
        return elsewhere(() -> Disks.place(disk.path()))
                .thenCompose(place ->
                        onLoop(() -> Optional.ofNullable(existing().admin().unused(place))))
                .thenCompose(back -> back.isEmpty() ? make(disk) : takeBack(back.get(), disk.path()));
    }

    /** A disk of the pool that had failed. */
    private CompletionStage<Disk> takeBack(UUID id, Path path) {
        return done(() -> existing().admin().letGo(id))
                .thenCompose(nothing -> elsewhere(() -> parts.tools().maker().find(path)))
                .thenCompose(found -> onLoop(() -> {
                    Disk disk = kept(found, store -> existing().admin().returned(id, store));
                    existing().takeBack(id);
                    return disk;
                }));
    }

    private CompletionStage<Disk> make(NewDisk disk) {
        return onLoop(() -> plan(disk))
                .thenCompose(
                        plan -> elsewhere(() -> parts.tools().maker().make(disk.path(), plan.bytes(), plan.format())))
                .thenCompose(made ->
                        onLoop(() -> kept(made, store -> existing().admin().add(made.path(), store))));
    }

    private record Plan(long bytes, DiskStore.Format format) {}

    private Plan plan(NewDisk disk) throws StoreException {
        long largest = existing().admin().members().stream()
                .mapToLong(MirrorAdmin.Member::bytes)
                .max()
                .orElse(0);
        Superblock superblock = parts.store().superblock();
        return new Plan(
                disk.bytes() == 0 ? largest : disk.bytes(),
                new DiskStore.Format(superblock.pool(), newId(), superblock.segmentBytes()));
    }

    private UUID newId() {
        return new UUID(parts.random().nextLong(), parts.random().nextLong());
    }

    private interface Taking {
        MirrorAdmin.Member take(SegmentStore store) throws StoreException;
    }

    /** A disk that is not taken is closed. */
    private static Disk kept(PoolTools.Made made, Taking taking) throws StoreException {
        boolean in = false;
        try {
            Disk disk = disk(taking.take(made.disk()));
            in = true;
            return disk;
        } finally {
            if (!in) {
                made.disk().close();
            }
        }
    }

    @Override
    public CompletionStage<Void> remove(UUID disk) {
        return done(() -> existing().admin().remove(disk));
    }

    @Override
    public CompletionStage<Disk> replace(UUID disk, NewDisk by) {
        return onLoop(() -> existing().admin().members().stream()
                        .filter(member -> member.id().equals(disk))
                        .findFirst()
                        .orElseThrow(
                                () -> new StoreException(StoreException.Kind.ABSENT, "the pool has no disk " + disk)))
                .thenCompose(found -> add(by))
                // The same one, plugged in again, stays.
                .thenCompose(added -> added.id().equals(disk)
                        ? CompletableFuture.completedFuture(added)
                        : remove(disk).thenApply(nothing -> added));
    }

    @Override
    public CompletionStage<Disk> grow(UUID disk, long bytes) {
        return onLoop(this::existing)
                .thenCompose(of -> elsewhere(() -> grow(of.admin(), disk, bytes)))
                .thenCompose(slots -> onLoop(() -> disk(existing().admin().grown(disk, slots))));
    }

    private static long grow(MirrorAdmin admin, UUID disk, long bytes) throws StoreException {
        try {
            return admin.growNow(disk, bytes);
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.TOO_SMALL) {
                throw new EngineException(EngineStatus.OUT_OF_RANGE, String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    @Override
    public CompletionStage<Void> startScrub() {
        return done(() -> existing().scrubber().start());
    }

    @Override
    public CompletionStage<Void> pauseScrub() {
        return done(() -> existing().scrubber().pause());
    }

    @Override
    public CompletionStage<Void> scheduleScrub(Duration interval) {
        return done(() -> {
            if (!interval.isZero() && interval.compareTo(LEAST_INTERVAL) < 0) {
                throw new EngineException(
                        EngineStatus.OUT_OF_RANGE,
                        "a scrub begins by itself every hour at most, not every " + interval);
            }
            existing().scrubber().every(interval.dividedBy(Duration.of(1, ChronoUnit.MICROS)));
        });
    }

    private DiskUpkeep existing() throws StoreException {
        DiskUpkeep of = upkeep;
        if (of == null) {
            throw new StoreException(StoreException.Kind.ABSENT, "the pool is in memory and has no disks");
        }
        return of;
    }

    // who runs what

    private interface Question<T> {
        T answer() throws StoreException;
    }

    private interface Change {
        void make() throws StoreException;
    }

    private CompletionStage<Void> done(Change change) {
        return LogPool.plain(onLoop(() -> {
            change.make();
            return null;
        }));
    }

    private <T extends @Nullable Object> CompletableFuture<T> onLoop(Question<T> question) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        shard.loop().run(() -> {
            if (shard.closing()) {
                stage.completeExceptionally(new EngineException(EngineStatus.CLOSED, "the pool is closed"));
            } else {
                answer(question, stage).run();
            }
        });
        return stage;
    }

    private <T> CompletableFuture<T> elsewhere(Question<T> question) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        try {
            parts.tools().executor().execute(() -> shard.loop().execute(answer(question, stage)));
        } catch (RejectedExecutionException closing) {
            stage.completeExceptionally(new EngineException(EngineStatus.CLOSED, "the pool is closed"));
        }
        return stage;
    }

    /** Finds the answer; what it returns tells it. */
    private static <T extends @Nullable Object> Runnable answer(Question<T> question, CompletableFuture<T> stage) {
        EngineException why;
        try {
            T answer = question.answer();
            return () -> stage.complete(answer);
        } catch (StoreException e) {
            why = new EngineException(status(e.kind()), String.valueOf(e.getMessage()), e);
        } catch (EngineException e) {
            why = e;
        } catch (RuntimeException e) {
            why = new EngineException(EngineStatus.IO_ERROR, "the disks could not be changed: " + e, e);
        }
        EngineException refused = why;
        return () -> stage.completeExceptionally(refused);
    }

    private static EngineStatus status(StoreException.Kind kind) {
        return switch (kind) {
            case EXISTS, IN_USE -> EngineStatus.EXISTS;
            case ABSENT -> EngineStatus.NOT_FOUND;
            case PLACE -> EngineStatus.NOT_PERMITTED;
            case NO_SPACE, TOO_SMALL -> EngineStatus.SPACE_EXHAUSTED;
            default -> EngineStatus.IO_ERROR;
        };
    }
}
