package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The deletion of snapshots gives back exactly the bytes that were announced, not one more. */
class ReclaimTest {
    private static final int SNAPSHOTS = Integer.getInteger("sandstone.snapshots", 20);
    private static final int BLOCKS = 2048;
    private static final int MOST_CHANGED = 40;
    private static final int MOST_LOOKS = 100_000;
    private static final VolumeId ID = new VolumeId(new UUID(3, 3));

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<SnapshotId> snapshots = new ArrayList<>();

    @TempDir
    private Path folder;

    @Test
    void deletionGivesBackWhatWasAnnounced() throws Exception {
        try (TestPools.Opened opened = TestPools.folder(folder, 128L << 20)) {
            Pool pool = opened.pool();
            VolumeSpec spec = new VolumeSpec(ID, BLOCKS * 8L, WritePolicy.DURABLE);
            SyncVolume volume = new SyncVolume(get(pool.create(spec)));
            for (int i = 0; i < SNAPSHOTS; i++) {
                change(volume);
                SnapshotId id = new SnapshotId(new UUID(4, i));
                get(pool.timeline().take(List.of(new Timeline.SnapshotSpec(id, ID))));
                snapshots.add(id);
            }
            change(volume);
            VolumeId clone = new VolumeId(new UUID(3, 4));
            get(pool.timeline()
                    .clone(new Timeline.CloneSpec(
                            clone, ID, new Moment.Of(snapshots.get(SNAPSHOTS / 2)), WritePolicy.DURABLE)));
            while (!snapshots.isEmpty()) {
                // The oldest, then any, then some together.
                delete(pool, List.of(snapshots.get(0)));
                delete(pool, one());
                delete(
                        pool,
                        snapshots.stream().filter(id -> random.nextInt(8) == 0).toList());
            }
            assertThat(get(pool.check())).as("seed %d", seed).isEmpty();
        }
    }

    /** One clone is the source of the other volume's data, so that what is kept for one is kept for both. */
    @Test
    void aSetOfSeveralVolumesGivesBackWhatWasAnnounced() throws Exception {
        try (TestPools.Opened opened = TestPools.folder(folder, 128L << 20)) {
            Pool pool = opened.pool();
            VolumeId otherId = new VolumeId(new UUID(3, 5));
            VolumeSpec spec = new VolumeSpec(ID, BLOCKS * 8L, WritePolicy.DURABLE);
            SyncVolume volume = new SyncVolume(get(pool.create(spec)));
            change(volume);
            SyncVolume other = new SyncVolume(get(
                    pool.timeline().clone(new Timeline.CloneSpec(otherId, ID, new Moment.Now(), WritePolicy.DURABLE))));
            for (int i = 0; i < SNAPSHOTS; i++) {
                change(volume);
                change(other);
                SnapshotId id = new SnapshotId(new UUID(4, 2L * i));
                SnapshotId itsId = new SnapshotId(new UUID(4, 2L * i + 1));
                get(pool.timeline()
                        .take(List.of(new Timeline.SnapshotSpec(id, ID), new Timeline.SnapshotSpec(itsId, otherId))));
                snapshots.add(id);
                snapshots.add(itsId);
            }
            change(volume);
            change(other);
            while (!snapshots.isEmpty()) {
                delete(
                        pool,
                        snapshots.stream().filter(id -> random.nextInt(4) == 0).toList());
            }
        }
    }

    private List<SnapshotId> one() {
        return snapshots.isEmpty() ? List.of() : List.of(snapshots.get(random.nextInt(snapshots.size())));
    }

    private void change(SyncVolume volume) {
        for (int i = random.nextInt(MOST_CHANGED); i > 0; i--) {
            long lba = random.nextInt(BLOCKS - 64) * 8L;
            int blocks = 1 + random.nextInt(64);
            if (random.nextInt(4) == 0) {
                assertThat(volume.unmap(new BlockRange(lba, blocks * 8L)).ok()).isTrue();
            } else {
                byte[] bytes = new byte[blocks * 4096];
                random.nextBytes(bytes);
                assertThat(volume.write(lba, bytes, false).ok()).isTrue();
            }
        }
    }

    private void delete(Pool pool, List<SnapshotId> those) throws Exception {
        if (those.isEmpty()) {
            return;
        }
        long before = live(pool);
        long announced = get(pool.timeline().reclaimable(those));
        get(pool.timeline().delete(those));
        snapshots.removeAll(those);
        long live = live(pool);
        for (int i = 0; i < MOST_LOOKS && live > before - announced; i++) {
            live = live(pool);
        }
        // The verifier knows of no version that nobody shows: nothing more is to come.
        assertThat(get(pool.check())).as("seed %d", seed).isEmpty();
        assertThat(before - live(pool)).as("seed %d: bytes given back", seed).isEqualTo(announced);
    }

    private static long live(Pool pool) throws Exception {
        return get(pool.usage()).liveBytes();
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
