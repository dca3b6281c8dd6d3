package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hosts keep their locks and heartbeats by COMPARE AND WRITE on a pool that is full for all other writes. */
class FullPoolCompareTest {
    private static final long CAPACITY = 256L << 20;
    private static final int SECTOR = VolumeSpec.BLOCK_BYTES;
    private static final int LARGE = 64 << 10;
    private static final int SMALL = 4 << 10;
    private static final int SLOTS = 8;
    private static final int BEATS = 10_000;
    private static final int BEATS_A_ROUND = 1000;
    private static final int TRIES = 50;

    private final long seed = Long.getLong("sandstone.seed", 13);
    private final Random random = new Random(seed);
    private long filled;

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private SyncVolume volume(Pool pool, int number, long bytes, WritePolicy policy) throws Exception {
        VolumeId id = new VolumeId(new UUID(seed, number));
        return new SyncVolume(get(pool.create(new VolumeSpec(id, bytes / SECTOR, policy))));
    }

    /** Each eight bytes are where they stand, from that place on. */
    private static byte[] bytes(long stamp, int count) {
        byte[] bytes = new byte[count];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            buffer.putLong(stamp + buffer.position());
        }
        return bytes;
    }

    /** BUSY is the answer while cleaning can still help: then the same is tried again. */
    private static EngineStatus settled(SyncVolume volume, long lba, byte[] bytes) {
        EngineStatus status = EngineStatus.BUSY;
        for (int i = 0; i < TRIES && status == EngineStatus.BUSY; i++) {
            status = volume.write(lba, bytes, false).status();
        }
        return status;
    }

    /** Until not even a block fits. */
    private void fill(SyncVolume volume) {
        for (int size : new int[] {LARGE, SMALL}) {
            EngineStatus status = EngineStatus.OK;
            while (status == EngineStatus.OK) {
                status = settled(volume, filled / SECTOR, bytes(filled, size));
                filled += status == EngineStatus.OK ? size : 0;
            }
            assertThat(status).as("seed %d, %d bytes", seed, size).isEqualTo(EngineStatus.SPACE_EXHAUSTED);
        }
    }

    @ParameterizedTest
    @EnumSource(WritePolicy.class)
    void tenThousandOfTheSameBlocksSucceed(WritePolicy policy) throws Exception {
        try (TestPools.Opened opened = TestPools.memory(CAPACITY)) {
            Pool pool = opened.pool();
            SyncVolume locks = volume(pool, 1, 1 << 20, policy);
            SyncVolume guests = volume(pool, 2, CAPACITY, policy);
            long[] beats = new long[SLOTS];
            for (int slot = 0; slot < SLOTS; slot++) {
                assertThat(locks.write(slot, bytes(0, SECTOR), false).ok()).isTrue();
            }
            SnapshotId snapshot = new SnapshotId(new UUID(seed, 3));
            get(pool.timeline()
                    .take(List.of(
                            new Timeline.SnapshotSpec(snapshot, locks.volume().id()))));
            for (int round = 0; round < BEATS / BEATS_A_ROUND; round++) {
                fill(guests);
                beat(locks, beats);
            }
            fill(guests);
            for (int slot = 0; slot < SLOTS; slot++) {
                assertThat(locks.read(slot, 1)).isEqualTo(bytes(beats[slot], SECTOR));
            }
            get(pool.timeline().delete(List.of(snapshot)));
            assertThat(guests.unmap(new BlockRange(0, LARGE / SECTOR)).ok()).isTrue();
            assertThat(guests.read(0, LARGE / SECTOR)).containsOnly(0);
            verify(guests);
            assertThat(get(pool.check())).as("seed %d", seed).isEmpty();
        }
    }

    private void beat(SyncVolume locks, long[] beats) {
        for (int i = 0; i < BEATS_A_ROUND; i++) {
            int slot = random.nextInt(SLOTS);
            SyncVolume.Outcome outcome =
                    locks.compareAndWrite(slot, bytes(beats[slot], SECTOR), bytes(beats[slot] + 1, SECTOR));
            assertThat(outcome.status()).as("seed %d beat %d", seed, i).isEqualTo(EngineStatus.OK);
            beats[slot]++;
        }
    }

    /** What was taken before it was full. */
    private void verify(SyncVolume guests) {
        for (long at = LARGE; at + LARGE <= filled; at += LARGE) {
            assertThat(guests.read(at / SECTOR, LARGE / SECTOR))
                    .as("seed %d byte %d", seed, at)
                    .isEqualTo(bytes(at, LARGE));
        }
    }

    /** What overwrites nothing takes room for good: that part of the reserve has an end, and deletions keep theirs. */
    @Test
    void theirPartHasAnEndAndDeletionsKeepTheirs() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(CAPACITY)) {
            Pool pool = opened.pool();
            SyncVolume guests = volume(pool, 1, CAPACITY, WritePolicy.DURABLE);
            SyncVolume fresh = volume(pool, 2, CAPACITY, WritePolicy.DURABLE);
            fill(guests);
            byte[] nothing = new byte[SMALL];
            EngineStatus status = EngineStatus.OK;
            long taken = 0;
            while (status == EngineStatus.OK || status == EngineStatus.BUSY) {
                status = fresh.compareAndWrite(taken / SECTOR, nothing, bytes(taken, SMALL))
                        .status();
                taken += status == EngineStatus.OK ? SMALL : 0;
            }
            assertThat(status).isEqualTo(EngineStatus.SPACE_EXHAUSTED);
            assertThat(taken).isBetween(1L, CAPACITY / 10);
            assertThat(guests.unmap(new BlockRange(0, filled / SECTOR)).ok()).isTrue();
            assertThat(settled(guests, 0, bytes(0, LARGE))).isEqualTo(EngineStatus.OK);
            get(pool.destroy(fresh.volume().id()));
            assertThat(get(pool.check())).isEmpty();
        }
    }
}
