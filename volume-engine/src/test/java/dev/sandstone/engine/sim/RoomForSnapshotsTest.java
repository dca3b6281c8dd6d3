package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Snapshot;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A snapshot is refused when the pool is full, and waits while cleaning only lags behind. */
class RoomForSnapshotsTest {
    private static final VolumeId ID = new VolumeId(new UUID(5, 5));
    private static final int CHUNK = 128;
    private static final int BLOCKS = 512 * CHUNK;
    private static final int DEPTH = 8;

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final SimPool machine;
    private final Deque<CompletableFuture<EngineStatus>> writes = new ArrayDeque<>();
    private long stamps;

    RoomForSnapshotsTest() throws StoreException {
        MapLimits limits = new MapLimits(1 << 20, 64 << 10, 64, 1 << 20, 1_000_000, 3_000_000, 64);
        machine = new SimPool(random, new SimSetup(4 << 20, 8, 64 << 10, limits));
    }

    @BeforeEach
    void open() throws StoreException {
        System.out.println("room for snapshots: seed " + seed);
        machine.open();
        machine.await("a volume", machine.pool().create(new VolumeSpec(ID, BLOCKS, WritePolicy.DURABLE)));
    }

    private CompletableFuture<EngineStatus> write(int chunk) {
        CompletableFuture<EngineStatus> written = new CompletableFuture<>();
        int lba = chunk * CHUNK;
        machine.pool()
                .volume(ID)
                .orElseThrow()
                .write(lba, Content.of(++stamps, lba, CHUNK), false, (status, detail) -> written.complete(status));
        return written;
    }

    /** Writes in the first so many chunks, some at once, until one is refused. */
    private EngineStatus writeUntilRefused(int chunks) {
        for (int i = 0; ; i++) {
            writes.add(write(i < chunks ? i : random.nextInt(chunks)));
            if (writes.size() == DEPTH) {
                EngineStatus status = machine.await("a write", writes.remove());
                if (status != EngineStatus.OK) {
                    return status;
                }
            }
        }
    }

    private CompletableFuture<List<Snapshot>> take(long name) {
        Timeline.SnapshotSpec of = new Timeline.SnapshotSpec(new SnapshotId(new UUID(5, name)), ID);
        return machine.pool().timeline().take(List.of(of)).toCompletableFuture();
    }

    private void pass(long seconds) {
        long until = machine.loop().nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (machine.loop().nanoTime() < until) {
            assertThat(machine.run(1)).isTrue();
        }
    }

    private EngineStatus refusal(CompletionStage<?> stage) {
        CompletableFuture<EngineStatus> status = new CompletableFuture<>();
        stage.whenComplete((done, failure) ->
                status.complete(failure instanceof EngineException why ? why.status() : EngineStatus.OK));
        return machine.await("an answer", status);
    }

    @Test
    void waitsUntilCleaningHasMadeRoom() {
        // Nothing is flushed, so no segment comes back, however much of it is garbage.
        machine.metadata().lazy(true);
        assertThat(writeUntilRefused(BLOCKS / CHUNK / 4)).as("seed %d", seed).isEqualTo(EngineStatus.BUSY);
        CompletableFuture<List<Snapshot>> taken = take(1);
        pass(8);
        assertThat(taken).as("seed %d", seed).isNotDone();
        machine.metadata().lazy(false);
        assertThat(machine.await("a snapshot", taken)).as("seed %d", seed).hasSize(1);
        assertThat(machine.await("the check", machine.pool().check())).isEmpty();
    }

    @Test
    void holdsUpNoDeletionMeanwhileAndIsToldBusyInTheEnd() {
        machine.await("a snapshot", take(1));
        machine.metadata().lazy(true);
        assertThat(writeUntilRefused(BLOCKS / CHUNK / 4)).as("seed %d", seed).isEqualTo(EngineStatus.BUSY);
        CompletableFuture<List<Snapshot>> taken = take(2);
        CompletableFuture<?> deleted = machine.pool()
                .timeline()
                .delete(List.of(new SnapshotId(new UUID(5, 1))))
                .toCompletableFuture();
        pass(4);
        assertThat(deleted).as("seed %d", seed).isCompleted();
        assertThat(taken).as("seed %d", seed).isNotDone();
        assertThat(refusal(taken)).as("seed %d", seed).isEqualTo(EngineStatus.BUSY);
        machine.metadata().lazy(false);
        assertThat(machine.await("a snapshot", take(3))).hasSize(1);
    }

    /** A change that was asked for later is later in the log, but for deletions. */
    @Test
    void isNotPassedByAChangeThatNeedsNoRoom() {
        machine.metadata().lazy(true);
        assertThat(writeUntilRefused(BLOCKS / CHUNK / 4)).as("seed %d", seed).isEqualTo(EngineStatus.BUSY);
        CompletableFuture<List<Snapshot>> taken = take(1);
        CompletableFuture<?> larger = machine.pool().resize(ID, 2 * BLOCKS).toCompletableFuture();
        pass(8);
        assertThat(larger).as("seed %d", seed).isNotDone();
        machine.metadata().lazy(false);
        assertThat(machine.await("a snapshot", taken).get(0).blocks())
                .as("seed %d", seed)
                .isEqualTo(BLOCKS);
        machine.await("a larger volume", larger);
    }

    @Test
    void isToldThatThePoolIsFullWhenItIs() {
        EngineStatus status = EngineStatus.OK;
        for (int chunk = 0; status == EngineStatus.OK || status == EngineStatus.BUSY; chunk++) {
            status = machine.await("a write", write(chunk));
        }
        assertThat(status).as("seed %d", seed).isEqualTo(EngineStatus.SPACE_EXHAUSTED);
        long asked = machine.loop().nanoTime();
        assertThat(refusal(take(1))).as("seed %d", seed).isEqualTo(EngineStatus.SPACE_EXHAUSTED);
        assertThat(machine.loop().nanoTime() - asked).as("at once").isLessThan(TimeUnit.SECONDS.toNanos(2));
    }
}
