package dev.sandstone.engine.volume;

import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.map.LeafSet;
import dev.sandstone.engine.map.LineageMap;
import dev.sandstone.engine.map.Reclaim;
import dev.sandstone.engine.recovery.SnapshotRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers what differs between moments, and what space is whose. Safe from any thread. */
final class Questions {
    /** Most leaves of 256 KiB that one answer looks at: 16 GiB of a volume. */
    private static final int MOST_LEAVES = 1 << 16;

    private static final int PER_BLOCK = LogVolume.BLOCKS_PER_MAP_BLOCK;

    private final Shard shard;
    private final SnapshotAdmin snapshots;
    private final Moments moments;
    private final RewindAdmin rewind;

    Questions(Shard shard, SnapshotAdmin snapshots, Moments moments, RewindAdmin rewind) {
        this.shard = shard;
        this.snapshots = snapshots;
        this.moments = moments;
        this.rewind = rewind;
    }

    /** Asks on the loop; the question must complete the stage, or throw why it cannot. */
    private <T> CompletableFuture<T> ask(Consumer<CompletableFuture<T>> question) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        shard.loop().run(() -> {
            try {
                if (shard.closing()) {
                    throw new EngineException(EngineStatus.CLOSED, "the pool is closed");
                }
                question.accept(stage);
            } catch (RuntimeException refused) {
                stage.completeExceptionally(refused);
            }
        });
        return stage;
    }

    private <T> T known(@Nullable T answer) {
        if (answer == null) {
            RuntimeException why = shard.map().failure();
            throw new EngineException(
                    EngineStatus.IO_ERROR,
                    "the block map has failed: " + (why == null ? "it is closed" : why.getMessage()));
        }
        return answer;
    }

    /** Goes on with an answer of the map; what that throws ends the stage. */
    private <A, T> Consumer<@Nullable A> then(CompletableFuture<T> stage, Consumer<A> next) {
        return answer -> {
            try {
                next.accept(known(answer));
            } catch (RuntimeException failed) {
                stage.completeExceptionally(failed);
            }
        };
    }

    // what differs

    CompletableFuture<Timeline.Changes> changes(Timeline.Comparison comparison, long fromBlock, int limit) {
        return ask(stage -> {
            if (fromBlock < 0 || limit < 1) {
                throw new EngineException(
                        EngineStatus.OUT_OF_RANGE, "no ranges from block " + fromBlock + ", " + limit + " at most");
            }
            VolumeId volume = comparison.volume();
            Moment from = moments.nailed(volume, comparison.from());
            Moment to = moments.nailed(volume, comparison.to());
            long blocks = Math.max(
                    moments.compared(volume, from).blocks(),
                    moments.compared(volume, to).blocks());
            Timeline.Comparison nailed = new Timeline.Comparison(volume, from, to);
            BlockMap.Spot one = spot(volume, from);
            BlockMap.Spot other = spot(volume, to);
            shard.map().compare(one, other, fromBlock / PER_BLOCK, MOST_LEAVES, then(stage, found -> {
                // A moment that went away meanwhile may have taken part of the answer with it.
                moments.compared(volume, from);
                moments.compared(volume, to);
                stage.complete(part(found, fromBlock, blocks, limit, nailed));
            }));
        });
    }

    private BlockMap.Spot spot(VolumeId volume, Moment moment) {
        Moments.Place place = moments.compared(volume, moment);
        return new BlockMap.Spot(place.lineage(), place.lsn(), !(moment instanceof Moment.Seen));
    }

    private static Timeline.Changes part(
            LeafSet found, long fromBlock, long blocks, int limit, Timeline.Comparison nailed) {
        List<BlockRange> ranges = new ArrayList<>();
        long[] next = {found.endBlock() == Long.MAX_VALUE ? -1 : found.endBlock() * PER_BLOCK};
        found.ranges((first, end) -> {
            long lba = Math.max(fromBlock, first * PER_BLOCK);
            long endLba = Math.min(blocks, end * PER_BLOCK);
            if (lba < endLba && ranges.size() == limit) {
                next[0] = lba;
                return false;
            }
            if (lba < endLba) {
                ranges.add(new BlockRange(lba, endLba - lba));
            }
            return true;
        });
        boolean more = next[0] >= 0 && next[0] < blocks;
        return new Timeline.Changes(ranges, more ? Optional.of(next[0]) : Optional.empty(), nailed);
    }

    // what space is whose

    CompletableFuture<Long> reclaimable(Collection<SnapshotId> those) {
        return ask(stage -> {
            Reclaim what = shard.map().reclaim();
            for (SnapshotId id : List.copyOf(those).stream().distinct().toList()) {
                SnapshotRow row = snapshots.existing(id);
                what.release(row.lineage(), row.lsn());
            }
            reclaim(what, then(stage, blocks -> stage.complete(bytes(blocks))));
        });
    }

    CompletableFuture<VolumeUsage> usage(VolumeId id) {
        return ask(stage -> {
            LogVolume volume = moments.existing(id);
            LineageMap map = volume.map();
            shard.map()
                    .mapped(
                            volume.lineage(),
                            then(
                                    stage,
                                    mapped -> unique(
                                            volume,
                                            map,
                                            mapped,
                                            then(stage, unique -> rest(volume, mapped, unique, stage)))));
        });
    }

    private void rest(LogVolume volume, long mapped, long unique, CompletableFuture<VolumeUsage> stage) {
        shard.map()
                .borrowed(
                        volume.lineage(),
                        then(
                                stage,
                                borrowed -> ofSnapshots(
                                        volume.id(),
                                        then(
                                                stage,
                                                held -> stage.complete(new VolumeUsage(
                                                        volume.blocks() * VolumeSpec.BLOCK_BYTES,
                                                        bytes(mapped),
                                                        bytes(unique),
                                                        bytes(Math.max(0, mapped - unique)),
                                                        bytes(borrowed),
                                                        bytes(held)))))));
    }

    private void unique(LogVolume volume, LineageMap map, long mapped, Consumer<@Nullable Long> done) {
        if (map.keepsHistory() || map.parent() != null || shard.map().lends()) {
            Reclaim what = shard.map().reclaim();
            what.end(volume.lineage());
            reclaim(what, done);
        } else {
            done.accept(mapped);
        }
    }

    private void ofSnapshots(VolumeId id, Consumer<@Nullable Long> done) {
        Reclaim what = shard.map().reclaim();
        snapshots.release(id, what);
        rewind.release(id, what);
        reclaim(what, done);
    }

    private void reclaim(Reclaim what, Consumer<@Nullable Long> done) {
        shard.map().reclaim(what, new SharedRecords(shard), done);
    }

    private static long bytes(long blocks) {
        return blocks * BlockMap.BLOCK_BYTES;
    }
}
