package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.loop.ThreadLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pool in a folder is after its process was killed, and after its files have rotted. */
class FolderCrashTest {
    private static final long CAPACITY = 128L << 20;
    private static final int BLOCK = VolumeSpec.BLOCK_BYTES;

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    private Path temp;

    /** A copy of the files at one moment is what a kill leaves: nothing that is in memory only. */
    @Test
    void everyAcknowledgedWriteSurvivesAKill() throws Exception {
        Path folder = temp.resolve("0");
        ReferenceVolume durable = null;
        ReferenceVolume writeBack = null;
        for (int round = 0; round < 6; round++) {
            Path next = temp.resolve(String.valueOf(round + 1));
            try (TestPools.Opened opened = TestPools.folder(folder, CAPACITY)) {
                Pool pool = opened.pool();
                if (durable == null || writeBack == null) {
                    durable = volume(pool, 1, WritePolicy.DURABLE);
                    writeBack = volume(pool, 2, WritePolicy.WRITE_BACK);
                } else {
                    durable.reopened(pool.volume(durable.id()).orElseThrow());
                    writeBack.reopened(pool.volume(writeBack.id()).orElseThrow());
                }
                durable.compareAll();
                writeBack.compareAll();
                assertThat(pool.check().toCompletableFuture().get(60, TimeUnit.SECONDS))
                        .as("seed %d round %d", seed, round)
                        .isEmpty();
                for (int step = 0; step < 150; step++) {
                    (random.nextBoolean() ? durable : writeBack).step(600);
                }
                assertThat(writeBack.volume().flush().ok()).isTrue();
                FolderCopy.take(folder, next);
            }
            folder = next;
        }
    }

    /** Where batch headers and footers are lost, the map's checksums still tell which blocks are damaged. */
    @Test
    void damagedBlocksAreFoundThoughTheirSegmentTellsNothing() throws Exception {
        Path folder = temp.resolve("mute");
        byte[] expected = new byte[8 << 20];
        random.nextBytes(expected);
        VolumeId id = write(folder, expected);
        silence(folder.resolve("disk0.sandstone"));
        try (TestPools.Opened opened = TestPools.folder(folder, CAPACITY)) {
            SyncVolume volume = new SyncVolume(opened.pool().volume(id).orElseThrow());
            int found = verify(volume, expected);
            assertThat(found).as("damaged blocks").isPositive();
            assertThat(opened.pool().check().toCompletableFuture().get(60, TimeUnit.SECONDS).stream()
                            .filter(line -> line.contains("differ from the checksum"))
                            .count())
                    .isEqualTo(found);
        }
    }

    /** Damages every batch header and every footer's trailer, and one block of data behind each 16th header. */
    private static void silence(Path image) throws IOException {
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(4096);
            int batches = 0;
            for (long at = 64 << 10; at + 4096 <= channel.size(); at += 4096) {
                block.clear();
                channel.read(block, at);
                if (block.getInt(0) == 0x53424154) {
                    flip(channel, at + 80);
                    if (batches++ % 16 == 0) {
                        flip(channel, at + 4096 + 100);
                    }
                } else if (block.getInt(4096 - 128) == 0x53464F54) {
                    flip(channel, at + 4096 - 100);
                }
            }
        }
    }

    private static void flip(FileChannel channel, long at) throws IOException {
        ByteBuffer one = ByteBuffer.allocateDirect(1);
        channel.read(one, at);
        one.put(0, (byte) (one.get(0) ^ 1)).position(0);
        channel.write(one, at);
    }

    @Test
    void aRottenImageGivesRightDataOrMediumErrors() throws Exception {
        Path folder = temp.resolve("pool");
        byte[] expected = new byte[8 << 20];
        random.nextBytes(expected);
        VolumeId id = write(folder, expected);
        int damaged = 0;
        for (int round = 0; round < 8; round++) {
            rot(folder.resolve("disk0.sandstone"), 40);
            try (TestPools.Opened opened = TestPools.folder(folder, CAPACITY)) {
                SyncVolume volume = new SyncVolume(opened.pool().volume(id).orElseThrow());
                int found = verify(volume, expected);
                damaged += found;
                assertThat(opened.pool().check().toCompletableFuture().get(60, TimeUnit.SECONDS).stream()
                                .filter(line -> line.contains("differ from the checksum"))
                                .count())
                        .as("seed %d: the verifier finds what reads find", seed)
                        .isEqualTo(Math.min(found, 100));
            }
        }
        assertThat(damaged).as("seed %d: blocks found damaged", seed).isPositive();
    }

    private VolumeId write(Path folder, byte[] expected) throws Exception {
        VolumeId id = new VolumeId(new UUID(seed, 3));
        try (TestPools.Opened opened = TestPools.folder(folder, CAPACITY)) {
            VolumeSpec spec = new VolumeSpec(id, expected.length / BLOCK, WritePolicy.DURABLE);
            SyncVolume volume = new SyncVolume(
                    opened.pool().create(spec).toCompletableFuture().get(30, TimeUnit.SECONDS));
            for (int at = 0; at < expected.length; at += 64 << 10) {
                byte[] part = Arrays.copyOfRange(expected, at, at + (64 << 10));
                assertThat(volume.write(at / BLOCK, part, false).ok()).isTrue();
            }
        }
        return id;
    }

    private int verify(SyncVolume volume, byte[] expected) {
        int damaged = 0;
        for (int lba = 0; lba < expected.length / BLOCK; lba += 8) {
            ByteBuffer dst = ByteBuffer.allocateDirect(8 * BLOCK);
            SyncVolume.Outcome outcome = volume.read(lba, dst);
            if (outcome.ok()) {
                assertThat(SyncVolume.bytes(dst))
                        .as("seed %d: wrong data at %d", seed, lba)
                        .isEqualTo(Arrays.copyOfRange(expected, lba * BLOCK, (lba + 8) * BLOCK));
            } else {
                assertThat(outcome).isEqualTo(new SyncVolume.Outcome(EngineStatus.MEDIUM_ERROR, lba));
                damaged++;
            }
        }
        return damaged;
    }

    @Test
    void aFolderInUseOrWithTheMapOfAnotherPoolIsRefused() throws Exception {
        Path mine = temp.resolve("mine");
        Path other = temp.resolve("other");
        try (TestPools.Opened opened = TestPools.folder(mine, CAPACITY)) {
            assertThat(opened.pool().volumes()).isEmpty();
            assertThatThrownBy(() -> TestPools.folder(mine, CAPACITY).close())
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("disk0.sandstone");
        }
        TestPools.folder(other, CAPACITY).close();
        try (ThreadLoop loop = new ThreadLoop("test-shard")) {
            PoolConfig mixed =
                    new PoolConfig(PoolConfig.Medium.FOLDER, mine, other.resolve("map"), CAPACITY, 32 << 20, false);
            assertThatThrownBy(() -> Pools.open(mixed, loop))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("belongs to pool");
            assertThatThrownBy(() -> Pools.create(TestPools.config(mine, CAPACITY), loop))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.status()).isEqualTo(EngineStatus.EXISTS));
            assertThatThrownBy(() -> Pools.open(TestPools.config(temp.resolve("none"), CAPACITY), loop))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.status()).isEqualTo(EngineStatus.NOT_FOUND));
        }
    }

    private ReferenceVolume volume(Pool pool, int number, WritePolicy policy) throws Exception {
        VolumeSpec spec = new VolumeSpec(new VolumeId(new UUID(seed, number)), 8 * 2500, policy);
        Volume volume = pool.create(spec).toCompletableFuture().get(30, TimeUnit.SECONDS);
        return new ReferenceVolume("seed " + seed + " " + policy, volume, random);
    }

    /** Changes single bytes between the superblocks. */
    private void rot(Path image, int bytes) {
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long used = Math.min(channel.size(), 16 << 20);
            for (int i = 0; i < bytes; i++) {
                long at = (64 << 10) + (long) (random.nextDouble() * (used - (64 << 10)));
                ByteBuffer one = ByteBuffer.allocateDirect(1);
                channel.read(one, at);
                one.put(0, (byte) (one.get(0) ^ (1 << random.nextInt(8)))).position(0);
                channel.write(one, at);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
