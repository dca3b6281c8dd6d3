package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pool that is full, becomes full, or stays nearly full: nothing is lost, and it goes on when it may. */
class PoolSpaceTest {
    private static final long CAPACITY = 128L << 20;
    private static final int CHUNK_BYTES = 64 << 10;

    private final long seed = Long.getLong("sandstone.seed", 11);
    private final Random random = new Random(seed);
    private int volumes;

    /** A volume whose every chunk holds bytes made from a number, so that no copy of them is needed. */
    private final class Chunks {
        final SyncVolume volume;
        final int blocks;
        final long[] stamps;

        Chunks(Pool pool, int count, int chunkBytes, WritePolicy policy) throws Exception {
            VolumeId id = new VolumeId(new UUID(seed, volumes++));
            VolumeSpec spec = new VolumeSpec(id, (long) count * chunkBytes / 512, policy);
            volume = new SyncVolume(pool.create(spec).toCompletableFuture().get(30, TimeUnit.SECONDS));
            blocks = chunkBytes / 512;
            stamps = new long[count];
        }

        EngineStatus write(int chunk) {
            long stamp = random.nextLong();
            EngineStatus status =
                    volume.write((long) chunk * blocks, bytes(stamp), false).status();
            if (status == EngineStatus.OK) {
                stamps[chunk] = stamp;
            }
            return status;
        }

        void unmap(int chunk) {
            assertThat(volume.unmap(new BlockRange((long) chunk * blocks, blocks))
                            .status())
                    .as("unmap never fails for space")
                    .isEqualTo(EngineStatus.OK);
            stamps[chunk] = 0;
        }

        void verify() {
            for (int i = 0; i < stamps.length; i++) {
                assertThat(volume.read((long) i * blocks, blocks))
                        .as("seed %d chunk %d", seed, i)
                        .isEqualTo(stamps[i] == 0 ? new byte[blocks * 512] : bytes(stamps[i]));
            }
        }

        private byte[] bytes(long stamp) {
            byte[] bytes = new byte[blocks * 512];
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                buffer.putLong(stamp + buffer.position());
            }
            return bytes;
        }
    }

    @Test
    void overwritesOfANearlyFullPoolGoOnForEver() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(CAPACITY)) {
            Pool pool = opened.pool();
            int count = (int) (CAPACITY * 65 / 100 / CHUNK_BYTES);
            Chunks chunks = new Chunks(pool, count, CHUNK_BYTES, WritePolicy.DURABLE);
            for (int i = 0; i < count; i++) {
                assertThat(chunks.write(i)).isEqualTo(EngineStatus.OK);
            }
            for (int i = 0; i < 6 * count; i++) {
                assertThat(chunks.write(random.nextInt(count)))
                        .as("seed %d overwrite %d", seed, i)
                        .isEqualTo(EngineStatus.OK);
            }
            chunks.verify();
            PoolTraffic traffic = pool.traffic();
            assertThat(traffic.writtenBytes()).isEqualTo(7L * count * CHUNK_BYTES);
            assertThat(traffic.movedBytes()).isPositive();
            assertThat(traffic.logBytes()).isGreaterThan(traffic.writtenBytes() + traffic.movedBytes());
            assertSound(pool);
        }
    }

    @Test
    void aFullPoolSaysSoAndRecoversByUnmapAndByDestroy() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(CAPACITY)) {
            Pool pool = opened.pool();
            int count = (int) (CAPACITY / CHUNK_BYTES);
            for (int cycle = 0; cycle < 4; cycle++) {
                WritePolicy policy = cycle % 2 == 0 ? WritePolicy.DURABLE : WritePolicy.WRITE_BACK;
                Chunks chunks = new Chunks(pool, count, CHUNK_BYTES, policy);
                List<Integer> filled = fill(chunks, count);
                assertThat(filled.size()).as("most of the pool is for data").isGreaterThan(count * 70 / 100);
                chunks.verify();
                for (int chunk : filled.subList(0, filled.size() / 2)) {
                    chunks.unmap(chunk);
                }
                assertThat(filled.subList(0, filled.size() / 4))
                        .as("room came back")
                        .allMatch(chunk -> chunks.write(chunk) == EngineStatus.OK);
                chunks.verify();
                assertSound(pool);
                pool.destroy(chunks.volume.volume().id()).toCompletableFuture().get(30, TimeUnit.SECONDS);
            }
        }
    }

    /** What UNMAP has freed at the brim can be written again, whatever the size of the writes that filled the pool. */
    @ParameterizedTest
    @ValueSource(ints = {4 << 10, 24 << 10, 1 << 20})
    void whatUnmapFreesCanBeWrittenAgain(int chunkBytes) throws Exception {
        try (TestPools.Opened opened = TestPools.memory(CAPACITY)) {
            Pool pool = opened.pool();
            int count = (int) (CAPACITY / chunkBytes);
            Chunks chunks = new Chunks(pool, count, chunkBytes, WritePolicy.DURABLE);
            List<Integer> filled = fill(chunks, count);
            int freed = filled.size() / 6;
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < freed; i++) {
                    chunks.unmap(filled.get(round * freed + i));
                }
                for (int i = 0; i < freed / 2; i++) {
                    int chunk = filled.get(round * freed + i);
                    assertThat(chunks.write(chunk))
                            .as("seed %d round %d: chunk %d of %d, %d freed", seed, round, i, filled.size(), freed)
                            .isEqualTo(EngineStatus.OK);
                }
            }
            chunks.verify();
            assertSound(pool);
        }
    }

    /** By COMPARE AND WRITE hosts keep their locks and heartbeats: it needs room only where there was no data. */
    @Test
    void onAFullPoolHostsKeepTheirLocks() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(CAPACITY)) {
            Pool pool = opened.pool();
            SyncVolume locks = new Chunks(pool, 16, CHUNK_BYTES, WritePolicy.DURABLE).volume;
            assertThat(locks.write(0, sectors(8, 1), false).ok()).isTrue();
            Chunks chunks = new Chunks(pool, (int) (CAPACITY / CHUNK_BYTES), CHUNK_BYTES, WritePolicy.DURABLE);
            Chunks crumbs = new Chunks(pool, 4096, 4096, WritePolicy.DURABLE);
            List<Integer> filled = fill(chunks, chunks.stamps.length);
            fill(crumbs, crumbs.stamps.length);
            byte[] none = new byte[512];
            assertThat(locks.compareAndWrite(3, none, sectors(1, 2)))
                    .isEqualTo(new SyncVolume.Outcome(EngineStatus.MISCOMPARE, 7));
            assertThat(locks.compareAndWrite(800, sectors(1, 1), sectors(1, 2)))
                    .as("another value than zeros is expected where there is nothing")
                    .isEqualTo(new SyncVolume.Outcome(EngineStatus.MISCOMPARE, 7));
            assertThat(settled(locks, 800, none, sectors(1, 2))).isEqualTo(EngineStatus.SPACE_EXHAUSTED);
            assertThat(settled(locks, 4, sectors(8, 1), sectors(8, 2)))
                    .as("half of it where there is data")
                    .isEqualTo(EngineStatus.MISCOMPARE);
            byte[] half = Arrays.copyOf(sectors(4, 1), 8 * 512);
            assertThat(settled(locks, 4, half, sectors(8, 2))).isEqualTo(EngineStatus.SPACE_EXHAUSTED);
            assertThat(locks.read(4, 8)).as("nothing of it").isEqualTo(half);
            for (int beat = 1; beat < 200; beat++) {
                assertThat(settled(locks, 3, sectors(1, beat), sectors(1, beat + 1)))
                        .as("seed %d heartbeat %d", seed, beat)
                        .isEqualTo(EngineStatus.OK);
            }
            assertThat(locks.read(800, 1)).isEqualTo(none);
            for (int chunk : filled.subList(0, filled.size() / 4)) {
                chunks.unmap(chunk);
            }
            assertThat(settled(locks, 800, none, sectors(1, 2))).isEqualTo(EngineStatus.OK);
            chunks.verify();
            assertSound(pool);
        }
    }

    /** What a snapshot keeps does not come back: then it ends before the reserve does, of which UNMAP and deletion have half. */
    @Test
    void whatHostsOverwriteLeavesRoomForDeletions() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(CAPACITY)) {
            Pool pool = opened.pool();
            Chunks chunks = new Chunks(pool, (int) (CAPACITY / CHUNK_BYTES), CHUNK_BYTES, WritePolicy.DURABLE);
            Chunks others = new Chunks(pool, 200, CHUNK_BYTES, WritePolicy.DURABLE);
            for (int i = 0; i < others.stamps.length; i++) {
                assertThat(others.write(i)).isEqualTo(EngineStatus.OK);
            }
            SnapshotId snapshot = new SnapshotId(new UUID(seed, 99));
            VolumeId id = others.volume.volume().id();
            pool.timeline()
                    .take(List.of(new Timeline.SnapshotSpec(snapshot, id)))
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            List<Integer> filled = fill(chunks, chunks.stamps.length);
            int taken = 0;
            EngineStatus status = EngineStatus.OK;
            while (status == EngineStatus.OK && taken < others.stamps.length) {
                byte[] now = others.bytes(others.stamps[taken]);
                long stamp = random.nextLong();
                status = settled(others.volume, (long) taken * others.blocks, now, others.bytes(stamp));
                if (status == EngineStatus.OK) {
                    others.stamps[taken++] = stamp;
                }
            }
            assertThat(status).as("after %d chunks", taken).isEqualTo(EngineStatus.SPACE_EXHAUSTED);
            assertThat(taken).isPositive();
            for (int chunk = 0; chunk < filled.size(); chunk++) {
                chunks.unmap(filled.get(chunk));
            }
            pool.timeline().delete(List.of(snapshot)).toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(settled(
                            others.volume,
                            (long) taken * others.blocks,
                            others.bytes(others.stamps[taken]),
                            others.bytes(others.stamps[taken])))
                    .isEqualTo(EngineStatus.OK);
            others.verify();
            assertSound(pool);
        }
    }

    private static byte[] sectors(int count, int value) {
        ByteBuffer bytes = ByteBuffer.allocate(count * 512);
        for (int i = 0; i < count; i++) {
            bytes.putLong(i * 512, value);
        }
        return bytes.array();
    }

    /** BUSY is the answer while cleaning can still help. */
    private static EngineStatus settled(SyncVolume volume, long lba, byte[] expected, byte[] fresh) {
        EngineStatus status = EngineStatus.BUSY;
        while (status == EngineStatus.BUSY) {
            status = volume.compareAndWrite(lba, expected, fresh).status();
        }
        return status;
    }

    private static List<Integer> fill(Chunks chunks, int count) {
        List<Integer> filled = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            EngineStatus status = chunks.write(i);
            if (status == EngineStatus.SPACE_EXHAUSTED) {
                return filled;
            }
            // BUSY is the answer while cleaning can still help: then the same write is tried again.
            if (status == EngineStatus.BUSY) {
                i--;
            } else {
                assertThat(status).isEqualTo(EngineStatus.OK);
                filled.add(i);
            }
        }
        throw new AssertionError("the pool took more than it has");
    }

    private void assertSound(Pool pool) throws Exception {
        assertThat(pool.check().toCompletableFuture().get(60, TimeUnit.SECONDS))
                .as("seed %d", seed)
                .isEmpty();
        PoolUsage usage = pool.usage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(usage.liveBytes()
                        + usage.garbageBytes()
                        + usage.freeBytes()
                        + usage.reserveBytes()
                        + usage.metadataBytes())
                .as("I18: %s", usage)
                .isEqualTo(usage.capacityBytes());
    }
}
