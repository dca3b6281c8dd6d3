package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clones that become independent, and chains that do so by themselves. */
class DetachTest {
    private static final int BLOCKS = 8 * 2048;
    private static final int UNIT = 8;
    private static final VolumeId SOURCE = new VolumeId(new UUID(2, 1));
    private static final VolumeId CLONE = new VolumeId(new UUID(2, 2));
    private static final SnapshotId OF_SOURCE = new SnapshotId(new UUID(3, 1));
    private static final SnapshotId OF_CLONE = new SnapshotId(new UUID(3, 2));

    @TempDir
    private Path folder;

    /** What the clone, its snapshot and a clone of that show is the same before, after, and without the source. */
    @Test
    void nothingChangesButWhatItDependsOn() throws Exception {
        byte[] now;
        byte[] then;
        VolumeId grandchild = new VolumeId(new UUID(2, 3));
        try (TestPools.Opened opened = TestPools.folder(folder, 128 << 20)) {
            Pool pool = opened.pool();
            SyncVolume source = create(pool, SOURCE);
            fill(source, 1, 0, 1000);
            done(pool.timeline().take(List.of(new Timeline.SnapshotSpec(OF_SOURCE, SOURCE))));
            fill(source, 2, 500, 1000);
            SyncVolume clone = clone(pool, SOURCE, new Moment.Of(OF_SOURCE), CLONE);
            fill(clone, 3, 100, 50);
            discard(clone, 300, 50);
            done(pool.timeline().take(List.of(new Timeline.SnapshotSpec(OF_CLONE, CLONE))));
            then = all(clone);
            fill(clone, 4, 120, 300);
            discard(clone, 600, 2000 - 600);
            now = all(clone);
            SyncVolume child = clone(pool, CLONE, new Moment.Of(OF_CLONE), grandchild);
            assertThat(depth(pool, grandchild)).isEqualTo(2);
            done(pool.timeline().detach(CLONE));
            assertThat(depth(pool, CLONE)).isZero();
            assertThat(depth(pool, grandchild)).isEqualTo(1);
            assertThat(all(clone)).isEqualTo(now);
            done(pool.destroy(SOURCE));
            done(pool.timeline().delete(List.of(OF_SOURCE)));
            assertThat(done(pool.check())).isEmpty();
            assertThat(all(clone)).isEqualTo(now);
            assertThat(all(new SyncVolume(done(pool.timeline().view(OF_CLONE)))))
                    .isEqualTo(then);
            assertThat(all(child)).isEqualTo(then);
            fill(clone, 5, 0, 100);
            now = all(clone);
        }
        try (TestPools.Opened opened = TestPools.folder(folder, 128 << 20)) {
            Pool pool = opened.pool();
            assertThat(all(volume(pool, CLONE))).isEqualTo(now);
            assertThat(all(volume(pool, grandchild))).isEqualTo(then);
            assertThat(depth(pool, CLONE)).isZero();
            assertThat(done(pool.check())).isEmpty();
            done(pool.destroy(CLONE));
            done(pool.timeline().delete(List.of(OF_CLONE)));
            assertThat(all(volume(pool, grandchild))).isEqualTo(then);
            done(pool.destroy(grandchild));
            for (int i = 0; i < 1000 && done(pool.usage()).liveBytes() > 0; i++) {
                assertThat(done(pool.check())).isEmpty();
            }
            assertThat(done(pool.usage()).liveBytes()).isZero();
        }
    }

    /** No data is copied: it needs the map, and a record of some bytes from the reserve. */
    @Test
    void aFullPoolIsNoHindrance() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(64 << 20)) {
            Pool pool = opened.pool();
            SyncVolume source = create(pool, SOURCE);
            fill(source, 1, 0, 1500);
            SyncVolume clone = clone(pool, SOURCE, new Moment.Now(), CLONE);
            VolumeId brim = new VolumeId(new UUID(2, 4));
            SyncVolume filler = new SyncVolume(done(pool.create(new VolumeSpec(brim, 1 << 20, WritePolicy.DURABLE))));
            int at = 0;
            while (write(filler, 9, at, 64) == EngineStatus.OK) {
                at += 64;
            }
            byte[] before = all(clone);
            done(pool.timeline().detach(CLONE));
            assertThat(depth(pool, CLONE)).isZero();
            done(pool.destroy(SOURCE));
            assertThat(all(clone)).isEqualTo(before);
            assertThat(done(pool.check())).isEmpty();
        }
    }

    @Test
    void aVolumeThatCameFromNoOtherIsDetachedAtOnce() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(64 << 20)) {
            Pool pool = opened.pool();
            SyncVolume source = create(pool, SOURCE);
            fill(source, 1, 0, 10);
            done(pool.timeline().detach(SOURCE));
            assertThatThrownBy(() -> done(pool.timeline().detach(CLONE))).hasRootCauseInstanceOf(EngineException.class);
            done(pool.timeline().take(List.of(new Timeline.SnapshotSpec(OF_SOURCE, SOURCE))));
            done(pool.timeline()
                    .rollback(List.of(new Timeline.RollbackSpec(SOURCE, new Moment.Of(OF_SOURCE), OF_CLONE))));
            done(pool.timeline().detach(SOURCE));
            assertThat(depth(pool, SOURCE)).as("what is behind it is its own").isEqualTo(1);
        }
    }

    /** Each clone is one of the last one: chains stay short, and everybody shows what it should. */
    @Test
    void chainsBecomeShortByThemselves() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(128 << 20)) {
            Pool pool = opened.pool();
            SyncVolume last = create(pool, SOURCE);
            List<SyncVolume> chain = new ArrayList<>(List.of(last));
            List<byte[]> contents = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                fill(last, i + 1, 30 * i, 60);
                contents.add(all(last));
                last = clone(pool, last.volume().id(), new Moment.Now(), new VolumeId(new UUID(5, i)));
                chain.add(last);
                assertThat(depth(pool, last.volume().id())).isLessThanOrEqualTo(DetachAdmin.MOST_DEPTH);
            }
            contents.add(all(last));
            for (SyncVolume volume : chain) {
                VolumeId id = volume.volume().id();
                while (done(pool.timeline().ancestry(id)).detached().isPresent()) {
                    done(pool.check());
                }
                assertThat(depth(pool, id)).isLessThanOrEqualTo(DetachAdmin.USUAL_DEPTH);
            }
            done(pool.destroy(SOURCE));
            assertThat(done(pool.check())).isEmpty();
            for (int i = 1; i < chain.size(); i++) {
                assertThat(all(chain.get(i))).as("clone %d", i).isEqualTo(contents.get(i));
            }
        }
    }

    private static SyncVolume create(Pool pool, VolumeId id) throws Exception {
        return new SyncVolume(done(pool.create(new VolumeSpec(id, BLOCKS, WritePolicy.DURABLE))));
    }

    private static SyncVolume clone(Pool pool, VolumeId source, Moment moment, VolumeId id) throws Exception {
        Timeline.CloneSpec spec = new Timeline.CloneSpec(id, source, moment, WritePolicy.DURABLE);
        return new SyncVolume(done(pool.timeline().clone(spec)));
    }

    private static SyncVolume volume(Pool pool, VolumeId id) {
        return new SyncVolume(pool.volume(id).orElseThrow());
    }

    private static int depth(Pool pool, VolumeId id) throws Exception {
        return done(pool.timeline().ancestry(id)).depth();
    }

    private static void fill(SyncVolume volume, int stamp, int unit, int units) {
        assertThat(write(volume, stamp, unit, units)).isEqualTo(EngineStatus.OK);
    }

    private static EngineStatus write(SyncVolume volume, int stamp, int unit, int units) {
        byte[] bytes = new byte[units * UNIT * 512];
        Arrays.fill(bytes, (byte) stamp);
        return volume.write((long) unit * UNIT, bytes, false).status();
    }

    private static void discard(SyncVolume volume, int unit, int units) {
        assertThat(volume.unmap(new BlockRange((long) unit * UNIT, (long) units * UNIT))
                        .status())
                .isEqualTo(EngineStatus.OK);
    }

    private static byte[] all(SyncVolume volume) {
        return volume.read(0, (int) volume.volume().blocks());
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
