package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A segment goes back only when the flushed map names it no more (I13), also where what named it last was removed without a
 * record: power is lost at the very moment when a segment has gone, and nothing of the map survives but its last flush.
 */
class FreedSegmentsTest {
    private static final int SEEDS = 12;
    private static final int CRASHES = 6;
    private static final int BLOCKS = 96 * 8;
    private static final int STEPS = 20_000;

    @Test
    void theFlushedMapNamesNoSegmentThatIsGone() throws StoreException {
        int freed = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                freed += new Run(seed).run();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(freed).isGreaterThan(SEEDS * CRASHES / 2);
    }

    private static final class Run {
        private final VolumeId id = new VolumeId(new UUID(7, 7));
        private final Random random;
        private final SimPool machine;
        private long stamps;

        Run(long seed) throws StoreException {
            random = new Random(seed);
            // Few rows a step, so that a removal takes long; folds and flushes at once.
            MapLimits limits = new MapLimits(1 << 20, 64 << 10, 4, 1 << 20, 1_000_000, 3_000_000, 2);
            machine = new SimPool(random, new SimSetup(256 << 10, 12, 64 << 10, limits));
        }

        int run() throws StoreException {
            machine.open();
            machine.await("a volume", machine.pool().create(new VolumeSpec(id, BLOCKS, WritePolicy.DURABLE)));
            int crashes = 0;
            while (crashes < CRASHES && aSegmentGoes()) {
                machine.crashToFlushedMap(Tear.LOST);
                machine.open();
                assertThat(machine.await("the check", machine.pool().check())).isEmpty();
                Timeline timeline = machine.pool().timeline();
                timeline.snapshots().forEach(left -> machine.await("a deletion", timeline.delete(List.of(left.id()))));
                crashes++;
            }
            return crashes;
        }

        private Set<Long> segments() {
            return machine.store().segments().stream().map(SegmentHeader::id).collect(Collectors.toSet());
        }

        /** Overwrites under a snapshot that comes and goes until a segment has gone. */
        private boolean aSegmentGoes() {
            Set<Long> before = segments();
            CompletableFuture<?> under = CompletableFuture.completedFuture(null);
            SnapshotId kept = null;
            for (int i = 0; i < STEPS; i++) {
                if (under.isDone() && random.nextInt(40) == 0) {
                    Timeline timeline = machine.pool().timeline();
                    if (kept == null) {
                        kept = new SnapshotId(new UUID(random.nextLong(), ++stamps));
                        under = timeline.take(List.of(new Timeline.SnapshotSpec(kept, id)))
                                .toCompletableFuture();
                    } else {
                        under = timeline.delete(List.of(kept)).toCompletableFuture();
                        kept = null;
                    }
                } else if (under.isDone() && random.nextInt(4) == 0) {
                    under = write();
                }
                machine.run(1);
                Set<Long> now = segments();
                if (!now.containsAll(before)) {
                    return true;
                }
                before = now;
            }
            return false;
        }

        private CompletableFuture<EngineStatus> write() {
            Volume volume = machine.pool().volume(id).orElseThrow();
            CompletableFuture<EngineStatus> written = new CompletableFuture<>();
            int lba = random.nextInt(BLOCKS / 64) * 64;
            volume.write(lba, Content.of(++stamps, lba, 64), false, (status, detail) -> written.complete(status));
            return written;
        }
    }
}
