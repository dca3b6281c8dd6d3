package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.map.LineageMap;
import dev.sandstone.engine.recovery.Detachments;
import dev.sandstone.engine.recovery.MarkTable;
import dev.sandstone.engine.recovery.SnapshotTable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which lineages become independent of their parents: those of a volume that somebody detaches, and those behind
 * which too many others stand. One after the other, in the background, by {@link Detachment}.
 *
 * <p>Confined to the shard's loop, except what is said to be safe from any thread.
 */
final class DetachAdmin {
    /** No lineage is forked behind which so many stand: the fork waits until they are fewer. */
    static final int MOST_DEPTH = 16;

    /** A new lineage behind which more than this many stand is made independent by itself. */
    static final int USUAL_DEPTH = 8;

    private static final Logger LOG = LoggerFactory.getLogger(DetachAdmin.class);

    private final Shard shard;
    private final Changes changes;
    private final VolumeAdmin volumes;
    private final SnapshotTable snapshots;
    private final MarkTable marks;
    private final Map<Long, Detachment> jobs = new LinkedHashMap<>();

    DetachAdmin(Shard shard, Changes changes, VolumeAdmin volumes, SnapshotTable snapshots, MarkTable marks) {
        this.shard = shard;
        this.changes = changes;
        this.volumes = volumes;
        this.snapshots = snapshots;
        this.marks = marks;
    }

    /** Goes on with what a restart interrupted. */
    void resume() {
        shard.map().fillings().due().forEach(lineage -> jobs.put(lineage, job(lineage)));
        next();
    }

    /** Ends what is under way for now; the next opening goes on with it. */
    void stop() {
        List.copyOf(jobs.values()).forEach(Detachment::stop);
    }

    private Detachment job(long lineage) {
        return new Detachment(shard, changes, lineage, this::over);
    }

    private void over(Detachment job) {
        jobs.remove(job.lineage());
        next();
    }

    private void next() {
        if (!jobs.isEmpty() && !shard.closing()) {
            jobs.values().iterator().next().start();
        }
    }

    /** The volume, its snapshots and its marks keep nothing of other volumes when it completes. Safe from any thread. */
    CompletableFuture<@Nullable Void> detach(VolumeId id) {
        return begin(() -> foreign(id));
    }

    /** Lineages of the volume whose parent is none of its own. */
    private List<Long> foreign(VolumeId id) {
        Set<Long> own = new LinkedHashSet<>();
        own.add(volumes.existing(id).lineage());
        snapshots.of(id.uuid()).forEach(row -> own.add(row.lineage()));
        marks.of(id.uuid()).forEach(row -> own.add(row.lineage()));
        return own.stream().filter(lineage -> hangsOnOthers(lineage, own)).toList();
    }

    private boolean hangsOnOthers(long lineage, Set<Long> own) {
        LineageMap map = shard.map().find(lineage);
        LineageMap parent = map == null ? null : map.parent();
        return parent != null && !own.contains(parent.id());
    }

    /** Completes when all of them are independent, or gone. */
    private CompletableFuture<@Nullable Void> begin(Supplier<List<Long>> which) {
        CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
        CompletionStage<List<Detachment>> begun = changes.enqueue(stage -> append(which.get(), stage));
        begun.whenComplete((those, failure) -> {
            if (failure != null) {
                ended.completeExceptionally(failure);
            } else {
                await(those, ended);
            }
        });
        return ended;
    }

    private void append(List<Long> asked, CompletableFuture<List<Detachment>> stage) {
        List<Long> fresh =
                asked.stream().filter(lineage -> !jobs.containsKey(lineage)).toList();
        if (fresh.isEmpty()) {
            changes.done(stage, jobs(asked));
            return;
        }
        SnapshotAdmin.requireCount(fresh.size(), Detachments.MOST_MEMBERS);
        Detachments record = Detachments.of(shard.loop().wallClockMicros(), fresh, false);
        changes.append(written(record), stage, lsn -> {
            shard.facts().detachments(record);
            fresh.forEach(lineage -> jobs.put(lineage, job(lineage)));
            next();
            return jobs(asked);
        });
    }

    /** It needs a few bytes, and lets what a full pool waits for be given back: so it may use the reserve. */
    static Changes.Written written(Detachments record) {
        return new Changes.Written(RecordType.FORK, 0, record.encode(), false);
    }

    private List<Detachment> jobs(List<Long> lineages) {
        return lineages.stream().map(jobs::get).filter(Objects::nonNull).toList();
    }

    private static void await(List<Detachment> those, CompletableFuture<@Nullable Void> ended) {
        if (those.isEmpty()) {
            ended.complete(null);
            return;
        }
        int[] left = {those.size()};
        for (Detachment job : those) {
            CompletionStage<@Nullable Void> one = job.ended();
            one.whenComplete((done, failure) -> {
                if (failure != null) {
                    ended.completeExceptionally(failure);
                } else if (--left[0] == 0) {
                    ended.complete(null);
                }
            });
        }
    }

    // chains

    /** These lineages are new: one behind which many stand becomes independent. */
    void forked(Collection<Long> lineages) {
        List<Long> deep = lineages.stream()
                .filter(lineage -> shard.map().depth(lineage) > USUAL_DEPTH)
                .toList();
        if (!deep.isEmpty()) {
            // What becomes of it nobody waits for; what fails is taken up by the next opening, or by the next fork.
            CompletionStage<@Nullable Void> flat = begin(() -> deep);
            flat.whenComplete((done, failure) -> LOG.debug("Lineages {} are independent, or later: {}", deep, failure));
        }
    }

    /**
     * Forks when what it begins from is not too deep any more. Safe from any thread.
     *
     * @param from the lineages that it begins from; may throw, and then the fork itself says why not
     */
    <T extends @Nullable Object> CompletableFuture<T> whenShallow(
            Supplier<List<Long>> from, Supplier<CompletableFuture<T>> fork) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        shard.loop().run(() -> {
            List<Long> deep = deep(from);
            if (deep.isEmpty()) {
                forward(fork.get(), stage);
                return;
            }
            CompletionStage<@Nullable Void> flat = begin(() -> deep);
            flat.whenComplete((done, failure) -> {
                if (failure != null) {
                    stage.completeExceptionally(failure);
                } else {
                    forward(fork.get(), stage);
                }
            });
        });
        return stage;
    }

    private List<Long> deep(Supplier<List<Long>> from) {
        try {
            return from.get().stream()
                    .distinct()
                    .filter(lineage -> shard.map().depth(lineage) >= MOST_DEPTH)
                    .toList();
        } catch (RuntimeException unknown) {
            return List.of();
        }
    }

    private static <T extends @Nullable Object> void forward(CompletionStage<T> from, CompletableFuture<T> to) {
        from.whenComplete((answer, failure) -> {
            if (failure != null) {
                to.completeExceptionally(failure);
            } else {
                to.complete(answer);
            }
        });
    }

    /** Safe from any thread. */
    CompletableFuture<Timeline.Ancestry> ancestry(VolumeId id) {
        return changes.enqueue(stage -> {
            LogVolume volume = volumes.existing(id);
            long blocks = Math.max(1, volume.blocks() / LogVolume.BLOCKS_PER_MAP_BLOCK);
            OptionalInt percent = jobs(foreign(id)).stream()
                    .mapToInt(job -> job.percent(blocks))
                    .min();
            changes.done(stage, new Timeline.Ancestry(shard.map().depth(volume.lineage()), percent));
        });
    }
}
