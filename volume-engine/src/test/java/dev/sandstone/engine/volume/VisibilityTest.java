package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.meta.HeapMetadataStore;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What shows when, step by step: before and after a record is durable, and after the log has failed. */
class VisibilityTest {
    private static final int BLOCK = VolumeSpec.BLOCK_BYTES;

    private final QueueLoop loop = new QueueLoop();
    private final CrashStore store = new CrashStore(new Random(5), loop, 1 << 20, 32);

    private Pool open() throws Exception {
        return LogPool.open(
                new PoolParts(
                        loop,
                        store,
                        new HeapMetadataStore(),
                        loop,
                        loop,
                        MapLimits.of(8 << 20, 8 << 20),
                        new Random(6)),
                () -> {});
    }

    private Volume volume(Pool pool, WritePolicy policy) {
        VolumeSpec spec = new VolumeSpec(new VolumeId(new UUID(1, 1)), 1024, policy);
        CompletableFuture<Volume> made = pool.create(spec).toCompletableFuture();
        drain();
        // From here on the map's leaf is in memory.
        assertThat(readAtLast(made.join())).isEqualTo(0);
        return made.join();
    }

    private void drain() {
        loop.advance(1_000_000_000L);
    }

    private static CompletableFuture<SyncVolume.Outcome> write(Volume volume, int value, boolean fua) {
        CompletableFuture<SyncVolume.Outcome> done = new CompletableFuture<>();
        volume.write(
                8,
                SyncVolume.direct(bytes(value)),
                fua,
                (status, detail) -> done.complete(new SyncVolume.Outcome(status, detail)));
        return done;
    }

    private static byte[] bytes(int value) {
        byte[] bytes = new byte[8 * BLOCK];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** What a read answers without time passing, or what it ended with. */
    private static Object read(Volume volume) {
        ByteBuffer dst = ByteBuffer.allocateDirect(8 * BLOCK);
        CompletableFuture<EngineStatus> done = new CompletableFuture<>();
        volume.read(8, dst, (status, detail) -> done.complete(status));
        EngineStatus status = done.getNow(EngineStatus.BUSY);
        return status == EngineStatus.OK ? (Object) (int) dst.get(0) : status;
    }

    private Object readAtLast(Volume volume) {
        ByteBuffer dst = ByteBuffer.allocateDirect(8 * BLOCK);
        CompletableFuture<EngineStatus> done = new CompletableFuture<>();
        volume.read(8, dst, (status, detail) -> done.complete(status));
        drain();
        return done.join() == EngineStatus.OK ? (Object) (int) dst.get(0) : done.join();
    }

    @Test
    void aDurableVolumeShowsAWriteWhenItIsDurableAndNotBefore() throws Exception {
        Volume volume = volume(open(), WritePolicy.DURABLE);
        CompletableFuture<SyncVolume.Outcome> written = write(volume, 7, false);
        assertThat(written).isNotDone();
        assertThat(read(volume)).isEqualTo(0);
        assertThat(written).isNotDone();
        drain();
        assertThat(written.join().ok()).isTrue();
        assertThat(readAtLast(volume)).isEqualTo(7);
    }

    @Test
    void aWriteBackVolumeShowsAWriteAtOnceAndFlushWaits() throws Exception {
        Volume volume = volume(open(), WritePolicy.WRITE_BACK);
        assertThat(write(volume, 7, false)).isCompleted();
        assertThat(read(volume)).isEqualTo(7);
        CompletableFuture<SyncVolume.Outcome> forced = write(volume, 8, true);
        assertThat(forced).as("FUA waits").isNotDone();
        assertThat(read(volume)).isEqualTo(8);
        CompletableFuture<EngineStatus> flushed = new CompletableFuture<>();
        volume.flush((status, detail) -> flushed.complete(status));
        assertThat(flushed).isNotDone();
        drain();
        assertThat(forced.join().ok()).isTrue();
        assertThat(flushed).isCompletedWithValue(EngineStatus.OK);
        assertThat(readAtLast(volume)).isEqualTo(8);
    }

    @Test
    void whatAWriteBackVolumeHasShownStaysWhenThePolicyBecomesDurable() throws Exception {
        Pool pool = open();
        Volume volume = volume(pool, WritePolicy.WRITE_BACK);
        assertThat(write(volume, 7, false)).isCompleted();
        CompletableFuture<Void> changed =
                pool.setWritePolicy(volume.id(), WritePolicy.DURABLE).toCompletableFuture();
        assertThat(volume.writePolicy()).isEqualTo(WritePolicy.DURABLE);
        assertThat(read(volume)).isEqualTo(7);
        assertThat(write(volume, 8, false)).isNotDone();
        assertThat(read(volume))
                .as("newer data of the same blocks does not show yet, and must not hide it")
                .isEqualTo(7);
        assertThat(changed).isNotDone();
        drain();
        assertThat(changed).isCompleted();
        assertThat(readAtLast(volume)).isEqualTo(8);
    }

    @Test
    void aMiscompareOnADurableVolumeWaitsUntilWhatItSawIsDurable() throws Exception {
        Volume volume = volume(open(), WritePolicy.DURABLE);
        CompletableFuture<SyncVolume.Outcome> written = write(volume, 7, false);
        CompletableFuture<SyncVolume.Outcome> compared = new CompletableFuture<>();
        volume.compareAndWrite(
                8,
                SyncVolume.direct(bytes(0)),
                SyncVolume.direct(bytes(9)),
                false,
                (status, detail) -> compared.complete(new SyncVolume.Outcome(status, detail)));
        assertThat(compared).isNotDone();
        drain();
        assertThat(written.join().ok()).isTrue();
        assertThat(compared).isCompletedWithValue(new SyncVolume.Outcome(EngineStatus.MISCOMPARE, 0));
        assertThat(readAtLast(volume)).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource(WritePolicy.class)
    void afterTheLogHasFailedReadsGoOnAndNothingElse(WritePolicy policy) throws Exception {
        Pool pool = open();
        Volume volume = volume(pool, policy);
        CompletableFuture<SyncVolume.Outcome> first = write(volume, 7, true);
        drain();
        assertThat(first.join().ok()).isTrue();
        store.failAppends();
        CompletableFuture<SyncVolume.Outcome> second = write(volume, 8, false);
        drain();
        boolean early = policy == WritePolicy.WRITE_BACK;
        assertThat(second.join().status()).isEqualTo(early ? EngineStatus.OK : EngineStatus.IO_ERROR);
        assertThat(readAtLast(volume))
                .as("older data must not show where newer was acknowledged")
                .isEqualTo(early ? EngineStatus.IO_ERROR : (Object) 7);
        CompletableFuture<SyncVolume.Outcome> third = write(volume, 9, false);
        CompletableFuture<EngineStatus> flushed = new CompletableFuture<>();
        volume.flush((status, detail) -> flushed.complete(status));
        CompletableFuture<EngineStatus> unmapped = new CompletableFuture<>();
        volume.unmap(List.of(new BlockRange(0, 8)), (status, detail) -> unmapped.complete(status));
        drain();
        assertThat(third.join().status()).isEqualTo(EngineStatus.IO_ERROR);
        assertThat(flushed).isCompletedWithValue(EngineStatus.IO_ERROR);
        assertThat(unmapped).isCompletedWithValue(EngineStatus.IO_ERROR);
        assertThat(pool.destroy(volume.id()).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void whatADestroyedOrShrunkVolumeHadIsGone() throws Exception {
        Pool pool = open();
        Volume volume = volume(pool, WritePolicy.DURABLE);
        CompletableFuture<SyncVolume.Outcome> written = write(volume, 7, false);
        drain();
        assertThat(written.join().ok()).isTrue();
        CompletableFuture<Void> shrunk = pool.resize(volume.id(), 8).toCompletableFuture();
        assertThat(volume.blocks()).as("no write beyond from now on").isEqualTo(8);
        drain();
        CompletableFuture<Void> grown = pool.resize(volume.id(), 64).toCompletableFuture();
        drain();
        assertThat(shrunk).isCompleted();
        assertThat(grown).isCompleted();
        assertThat(readAtLast(volume)).isEqualTo(0);
        CompletableFuture<Void> destroyed = pool.destroy(volume.id()).toCompletableFuture();
        assertThat(read(volume)).isEqualTo(EngineStatus.NOT_FOUND);
        drain();
        assertThat(destroyed).isCompleted();
        assertThat(pool.volume(volume.id())).isEmpty();
        CompletableFuture<PoolUsage> usage = pool.usage().toCompletableFuture();
        drain();
        assertThat(usage.join().liveBytes()).isZero();
    }
}
