package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.volume.Timeline.Comparison;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A comparison towards now that is asked in parts is of one now, whatever is written meanwhile. */
class ComparisonTest {
    private static final VolumeId VOLUME = new VolumeId(new UUID(1, 1));
    private static final SnapshotId BEFORE = new SnapshotId(new UUID(1, 2));
    private static final SnapshotId UNDO = new SnapshotId(new UUID(1, 3));

    @Test
    void allPartsAreOfTheNowOfTheFirst() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(64 << 20)) {
            Pool pool = opened.pool();
            SyncVolume volume =
                    new SyncVolume(done(pool.create(new VolumeSpec(VOLUME, 8 * 4096, WritePolicy.DURABLE))));
            write(volume, 0);
            done(pool.timeline().take(List.of(new Timeline.SnapshotSpec(BEFORE, VOLUME))));
            write(volume, 8);
            write(volume, 800);
            Comparison asked = new Comparison(VOLUME, new Moment.Of(BEFORE), new Moment.Now());
            Timeline.Changes first = done(pool.timeline().changes(asked, 0, 1));
            assertThat(first.ranges()).containsExactly(new BlockRange(8, 8));
            write(volume, 8);
            write(volume, 400);
            write(volume, 800);
            write(volume, 1600);
            Timeline.Changes second = done(
                    pool.timeline().changes(first.comparison(), first.next().orElseThrow(), 100));
            assertThat(second.ranges()).containsExactly(new BlockRange(800, 8));
            assertThat(second.next()).isEmpty();
            assertThat(second.comparison()).isEqualTo(first.comparison());
            assertThat(done(pool.timeline().changes(asked, 0, 100)).ranges()).hasSize(4);
        }
    }

    /** What the volume has written since it went back is in the answer even where it was written over after that now. */
    @Test
    void nothingIsLeftOutAcrossAHistory() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(64 << 20)) {
            Pool pool = opened.pool();
            SyncVolume volume =
                    new SyncVolume(done(pool.create(new VolumeSpec(VOLUME, 8 * 4096, WritePolicy.DURABLE))));
            write(volume, 0);
            done(pool.timeline().take(List.of(new Timeline.SnapshotSpec(BEFORE, VOLUME))));
            Comparison towardsNow = new Comparison(VOLUME, new Moment.Of(BEFORE), new Moment.Now());
            Comparison left = done(pool.timeline().changes(towardsNow, 0, 1)).comparison();
            done(pool.timeline().rollback(List.of(new Timeline.RollbackSpec(VOLUME, new Moment.Of(BEFORE), UNDO))));
            write(volume, 8);
            write(volume, 800);
            Timeline.Changes first = done(pool.timeline().changes(towardsNow, 0, 1));
            write(volume, 800);
            Timeline.Changes second = done(
                    pool.timeline().changes(first.comparison(), first.next().orElseThrow(), 100));
            assertThat(second.ranges()).containsExactly(new BlockRange(800, 8));
            assertThatThrownBy(() -> done(pool.timeline().changes(left, 0, 1)))
                    .hasRootCauseInstanceOf(EngineException.class)
                    .hasMessageContaining("gone back");
            assertThatThrownBy(() -> done(pool.timeline()
                            .clone(new Timeline.CloneSpec(
                                    new VolumeId(new UUID(1, 9)),
                                    VOLUME,
                                    first.comparison().to(),
                                    WritePolicy.DURABLE))))
                    .hasRootCauseInstanceOf(EngineException.class);
        }
    }

    private static void write(SyncVolume volume, long lba) {
        byte[] bytes = new byte[4096];
        bytes[0] = 1;
        assertThat(volume.write(lba, bytes, false).status()).isEqualTo(EngineStatus.OK);
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
