package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of moments that cannot be is refused, and nothing waits behind it. */
class RefusedMomentsTest {
    private static final VolumeId VOLUME = new VolumeId(new UUID(2, 1));
    private static final VolumeId CLONE = new VolumeId(new UUID(2, 2));

    @TempDir
    private Path folder;

    private TestPools.Opened opened = TestPools.memory(64 << 20);
    private int named;

    @BeforeEach
    void open() throws Exception {
        opened.close();
        opened = TestPools.folder(folder, 64 << 20);
        done(opened.pool().create(new VolumeSpec(VOLUME, 2048, WritePolicy.DURABLE)));
        done(opened.pool().timeline().setRewindWindow(VOLUME, Duration.ofHours(1)));
    }

    @AfterEach
    void close() {
        opened.close();
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private List<ThrowingCallable> askedAt(Moment moment) {
        Timeline timeline = opened.pool().timeline();
        SnapshotId undo = new SnapshotId(new UUID(3, ++named));
        return List.of(
                () -> done(timeline.clone(new Timeline.CloneSpec(CLONE, VOLUME, moment, WritePolicy.DURABLE))),
                () -> done(timeline.rollback(List.of(new Timeline.RollbackSpec(VOLUME, moment, undo)))),
                () -> done(timeline.changes(new Timeline.Comparison(VOLUME, moment, new Moment.Now()), 0, 1)),
                () -> done(timeline.changes(new Timeline.Comparison(VOLUME, new Moment.Now(), moment), 0, 1)));
    }

    private void othersGoOn() throws Exception {
        SnapshotId next = new SnapshotId(new UUID(4, ++named));
        done(opened.pool().timeline().take(List.of(new Timeline.SnapshotSpec(next, VOLUME))));
        assertThat(opened.pool().timeline().snapshot(next)).isPresent();
    }

    @Test
    void noTimeIsTooFarAway() throws Exception {
        for (Instant time : List.of(
                Instant.MIN,
                Instant.MAX,
                Instant.EPOCH,
                Instant.ofEpochSecond(Long.MIN_VALUE / 1_000_000 - 1),
                Instant.ofEpochSecond(Long.MAX_VALUE / 1_000_000 + 1),
                Instant.parse("-999999999-01-01T00:00:00Z"))) {
            for (ThrowingCallable asked : askedAt(new Moment.At(time))) {
                assertThatThrownBy(asked)
                        .as("%s", time)
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOfSatisfying(
                                EngineException.class,
                                refused -> assertThat(refused.status()).isEqualTo(EngineStatus.OUT_OF_RANGE));
            }
            othersGoOn();
        }
    }

    /** A moment with no time in it stands for any defect: it is told to who asked, and to nobody else. */
    @Test
    @SuppressWarnings("NullAway")
    void aDefectEndsOnlyWhatItIsIn() throws Exception {
        for (ThrowingCallable asked : askedAt(new Moment.At(null))) {
            assertThatThrownBy(asked)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(NullPointerException.class);
            othersGoOn();
        }
        assertThat(done(opened.pool().check())).isEmpty();
    }
}
