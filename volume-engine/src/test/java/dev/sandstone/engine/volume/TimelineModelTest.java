package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random writes, snapshots, clones, rollbacks and deletions, compared with byte arrays; reopened in between. */
class TimelineModelTest {
    private static final int STEPS = Integer.getInteger("sandstone.model.steps", 1200);
    private static final int MOST_BLOCKS = 400;
    private static final int MOST_VOLUMES = 6;
    private static final int MOST_SNAPSHOTS = 10;

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<SnapshotId, Kept> snapshots = new LinkedHashMap<>();
    private final List<ReferenceVolume> volumes = new ArrayList<>();
    private long ids;
    /** One that nobody has waited for. */
    private CompletableFuture<Void> detaching = CompletableFuture.completedFuture(null);

    @TempDir
    private Path folder;

    /** What a snapshot must hold. */
    private record Kept(VolumeId volume, byte[] bytes) {}

    @Test
    void memoryAgreesWithByteArrays() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(256 << 20)) {
            create(opened.pool());
            for (int step = 0; step < STEPS; step++) {
                step(opened.pool());
            }
            finish(opened.pool());
            removeAll(opened.pool());
        }
    }

    @Test
    void folderAgreesWithByteArraysAndReopens() throws Exception {
        Supplier<TestPools.Opened> open = () -> TestPools.folder(folder, 256 << 20);
        for (int round = 0; round < 4; round++) {
            try (TestPools.Opened opened = open.get()) {
                Pool pool = opened.pool();
                if (round == 0) {
                    create(pool);
                } else {
                    volumes.forEach(
                            volume -> volume.reopened(pool.volume(volume.id()).orElseThrow()));
                    finish(pool);
                }
                for (int step = 0; step < STEPS / 4; step++) {
                    step(pool);
                }
                finish(pool);
            }
        }
    }

    private VolumeId volumeId() {
        return new VolumeId(new UUID(seed, ++ids));
    }

    private SnapshotId snapshotId() {
        return new SnapshotId(new UUID(~seed, ++ids));
    }

    private void create(Pool pool) throws Exception {
        for (int i = 0; i < 2; i++) {
            WritePolicy policy = i == 0 ? WritePolicy.DURABLE : WritePolicy.WRITE_BACK;
            long blocks = 8L * (500 + random.nextInt(1500));
            adopt(done(pool.create(new VolumeSpec(volumeId(), blocks, policy))));
        }
    }

    private ReferenceVolume adopt(Volume volume) {
        ReferenceVolume reference = new ReferenceVolume("seed " + seed + " volume " + volume.id(), volume, random);
        volumes.add(reference);
        return reference;
    }

    private void step(Pool pool) throws Exception {
        ReferenceVolume volume = volumes.get(random.nextInt(volumes.size()));
        switch (random.nextInt(42)) {
            case 0, 1 -> snapshot(pool, volume);
            case 2 -> group(pool);
            case 3 -> delete(pool);
            case 4 -> clone(pool, volume);
            case 5 -> rollback(pool, volume);
            case 6 -> destroy(pool, volume);
            case 7 -> resize(pool, volume);
            case 8, 9, 10 -> compareSnapshot(pool);
            case 40 -> detaching = pool.timeline().detach(volume.id()).toCompletableFuture();
            case 41 -> detach(pool, volume);
            default -> volume.step(MOST_BLOCKS);
        }
    }

    private void snapshot(Pool pool, ReferenceVolume volume) throws Exception {
        if (snapshots.size() < MOST_SNAPSHOTS) {
            SnapshotId id = snapshotId();
            Snapshot taken = done(pool.timeline().take(List.of(new Timeline.SnapshotSpec(id, volume.id()))))
                    .getFirst();
            assertThat(taken.blocks()).isEqualTo(volume.blocks());
            snapshots.put(id, new Kept(volume.id(), volume.bytes()));
        }
    }

    private void group(Pool pool) throws Exception {
        List<Timeline.SnapshotSpec> members = new ArrayList<>();
        for (ReferenceVolume volume : volumes) {
            SnapshotId id = snapshotId();
            members.add(new Timeline.SnapshotSpec(id, volume.id()));
            snapshots.put(id, new Kept(volume.id(), volume.bytes()));
        }
        List<Snapshot> taken = done(pool.timeline().take(members));
        assertThat(taken.stream().map(Snapshot::lsn).distinct()).hasSize(1);
    }

    private void delete(Pool pool) throws Exception {
        List<SnapshotId> some =
                snapshots.keySet().stream().filter(id -> random.nextInt(3) == 0).toList();
        if (!some.isEmpty()) {
            Volume view = done(pool.timeline().view(some.getFirst()));
            done(pool.timeline().delete(some));
            assertThat(SyncVolume.await(view::flush).status()).isEqualTo(EngineStatus.NOT_FOUND);
            some.forEach(snapshots::remove);
        }
    }

    private Kept kept(SnapshotId id) {
        return Objects.requireNonNull(snapshots.get(id));
    }

    private SnapshotId one() {
        return List.copyOf(snapshots.keySet()).get(random.nextInt(snapshots.size()));
    }

    private void clone(Pool pool, ReferenceVolume volume) throws Exception {
        if (volumes.size() == MOST_VOLUMES) {
            return;
        }
        boolean now = snapshots.isEmpty() || random.nextBoolean();
        SnapshotId from = now ? snapshotId() : one();
        Kept kept = now ? new Kept(volume.id(), volume.bytes()) : kept(from);
        Moment moment = now ? new Moment.Now() : new Moment.Of(from);
        WritePolicy policy = random.nextBoolean() ? WritePolicy.DURABLE : WritePolicy.WRITE_BACK;
        Volume clone = done(pool.timeline().clone(new Timeline.CloneSpec(volumeId(), kept.volume(), moment, policy)));
        adopt(clone).becomes(kept.bytes());
    }

    private void rollback(Pool pool, ReferenceVolume volume) throws Exception {
        List<SnapshotId> own = snapshots.entrySet().stream()
                .filter(entry -> entry.getValue().volume().equals(volume.id()))
                .map(Map.Entry::getKey)
                .toList();
        if (!own.isEmpty()) {
            SnapshotId to = own.get(random.nextInt(own.size()));
            SnapshotId undo = snapshotId();
            byte[] before = volume.bytes();
            done(pool.timeline().rollback(List.of(new Timeline.RollbackSpec(volume.id(), new Moment.Of(to), undo))));
            snapshots.put(undo, new Kept(volume.id(), before));
            volume.becomes(kept(to).bytes());
            volume.compareAll();
        }
    }

    private void destroy(Pool pool, ReferenceVolume volume) throws Exception {
        if (volumes.size() > 2) {
            done(pool.destroy(volume.id()));
            volumes.remove(volume);
        }
    }

    private void detach(Pool pool, ReferenceVolume volume) throws Exception {
        done(pool.timeline().detach(volume.id()));
        assertThat(done(pool.timeline().ancestry(volume.id())).detached()).isEmpty();
        volume.compareAll();
    }

    private void resize(Pool pool, ReferenceVolume volume) throws Exception {
        long blocks = 8L * (500 + random.nextInt(1500));
        done(pool.resize(volume.id(), blocks));
        volume.resized(blocks);
    }

    private void compareSnapshot(Pool pool) throws Exception {
        if (!snapshots.isEmpty()) {
            SnapshotId id = one();
            compare(pool, id, kept(id));
        }
    }

    private void compare(Pool pool, SnapshotId id, Kept kept) throws Exception {
        SyncVolume view = new SyncVolume(done(pool.timeline().view(id)));
        assertThat(view.read(0, (int) view.volume().blocks()))
                .as("seed %d: snapshot %s", seed, id)
                .isEqualTo(kept.bytes());
        assertThat(view.write(0, new byte[512], false).status()).isEqualTo(EngineStatus.NOT_PERMITTED);
    }

    private void finish(Pool pool) throws Exception {
        if (random.nextBoolean()) {
            detaching.exceptionally(gone -> null).get(60, TimeUnit.SECONDS);
        }
        assertThat(done(pool.check())).as("seed %d: verifier", seed).isEmpty();
        volumes.forEach(ReferenceVolume::compareAll);
        for (Map.Entry<SnapshotId, Kept> entry : snapshots.entrySet()) {
            compare(pool, entry.getKey(), entry.getValue());
        }
        assertThat(pool.timeline().snapshots().stream().map(Snapshot::id))
                .containsExactlyInAnyOrderElementsOf(snapshots.keySet());
    }

    /** Without volumes and snapshots nothing is left. */
    private void removeAll(Pool pool) throws Exception {
        for (ReferenceVolume volume : volumes) {
            done(pool.destroy(volume.id()));
        }
        if (!snapshots.isEmpty()) {
            done(pool.timeline().delete(snapshots.keySet()));
        }
        for (int i = 0; i < 1000 && done(pool.usage()).liveBytes() > 0; i++) {
            done(pool.check());
        }
        assertThat(done(pool.usage()).liveBytes()).as("seed %d", seed).isZero();
        assertThat(done(pool.check())).as("seed %d: verifier", seed).isEmpty();
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
