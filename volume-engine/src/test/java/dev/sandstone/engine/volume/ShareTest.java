package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.map.MapReader;
import dev.sandstone.engine.map.MapSlice;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy by reference shares the extents themselves, not only their bytes, and what is shared stays. */
class ShareTest {
    private static final int BLOCK = VolumeSpec.BLOCK_BYTES;
    private static final int MIB_BLOCKS = 2048;
    private static final VolumeId SOURCE = new VolumeId(new UUID(1, 1));
    private static final VolumeId COPY = new VolumeId(new UUID(1, 2));

    private final Random random = new Random(20261127);

    @TempDir
    private Path folder;

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static SyncVolume create(Pool pool, VolumeId id, WritePolicy policy) throws Exception {
        return new SyncVolume(done(pool.create(new VolumeSpec(id, 64L * MIB_BLOCKS, policy))));
    }

    private byte[] fill(SyncVolume volume, int mib) {
        byte[] bytes = new byte[mib << 20];
        random.nextBytes(bytes);
        for (int i = 0; i < mib; i++) {
            assertThat(volume.write((long) i * MIB_BLOCKS, Arrays.copyOfRange(bytes, i << 20, (i + 1) << 20), false)
                            .ok())
                    .isTrue();
        }
        return bytes;
    }

    private static long share(SyncVolume from, long lba, SyncVolume to, BlockRange range) {
        SyncVolume.Outcome outcome = SyncVolume.await(done -> to.volume().share(from.volume(), lba, range, done));
        assertThat(outcome.status()).isEqualTo(EngineStatus.OK);
        return outcome.detail();
    }

    private static void shareAll(SyncVolume from, long lba, SyncVolume to, BlockRange range) {
        for (long at = 0; at < range.blocks(); ) {
            long shared = share(from, lba + at, to, new BlockRange(range.lba() + at, range.blocks() - at));
            assertThat(shared).isPositive();
            at += shared;
        }
    }

    @Test
    void nothingIsReadFromTheDiskAndNextToNothingWritten() throws Exception {
        try (TestPools.Opened opened = TestPools.folder(folder, 128L << 20)) {
            SyncVolume source = create(opened.pool(), SOURCE, WritePolicy.WRITE_BACK);
            SyncVolume copy = create(opened.pool(), COPY, WritePolicy.WRITE_BACK);
            fill(source, 32);
            assertThat(source.flush().ok()).isTrue();
            PoolDisks.Traffic before = opened.pool().disks().traffic();
            assertThat(before.writtenBytes()).as("of the fill").isGreaterThanOrEqualTo(32L << 20);
            shareAll(source, 0, copy, new BlockRange(0, 32L * MIB_BLOCKS));
            PoolDisks.Traffic after = opened.pool().disks().traffic();
            assertThat(after.readBytes()).isEqualTo(before.readBytes());
            assertThat(after.writtenBytes() - before.writtenBytes()).isLessThan(1L << 20);
            assertThat(done(opened.pool().usage(COPY)).borrowedBytes()).isEqualTo(32L << 20);
            assertThat(done(opened.pool().usage(SOURCE)).borrowedBytes()).isZero();
            copy.write(0, new byte[1 << 20], true);
            assertThat(done(opened.pool().usage(COPY)).borrowedBytes())
                    .as("what was written since is its own")
                    .isEqualTo(31L << 20);
            after = opened.pool().disks().traffic();
            copy.read(2048, 8);
            assertThat(opened.pool().disks().traffic().readBytes())
                    .as("a read is counted")
                    .isGreaterThan(after.readBytes());
        }
    }

    /** Where the blocks lie, as the map says. */
    private static long[] extents(SyncVolume volume, long lba, int blocks) throws Exception {
        CompletableFuture<long[]> found = new CompletableFuture<>();
        volume.volume().loop().run(() -> look(((LogVolume) volume.volume()).map(), lba / 8, blocks / 8, found));
        return found.get(60, TimeUnit.SECONDS);
    }

    private static void look(MapReader map, long block, int blocks, CompletableFuture<long[]> found) {
        MapSlice slice = new MapSlice(blocks);
        if (map.lookup(block, blocks, slice)) {
            long[] pointers = new long[blocks];
            Arrays.setAll(pointers, slice::pointer);
            found.complete(pointers);
        } else {
            map.load(block, blocks, ok -> look(map, block, blocks, found));
        }
    }

    @Test
    void theExtentsAreTheSameAndTakeNoSpace() throws Exception {
        try (TestPools.Opened opened = TestPools.folder(folder, 512 << 20)) {
            Pool pool = opened.pool();
            SyncVolume source = create(pool, SOURCE, WritePolicy.DURABLE);
            SyncVolume copy = create(pool, COPY, WritePolicy.DURABLE);
            byte[] bytes = fill(source, 32);
            source.unmap(new BlockRange(MIB_BLOCKS, 512));
            Arrays.fill(bytes, 1 << 20, (1 << 20) + 512 * BLOCK, (byte) 0);
            copy.write(MIB_BLOCKS * 9L, new byte[1 << 20], false);
            long before = done(pool.usage()).liveBytes();
            shareAll(source, 0, copy, new BlockRange(8L * MIB_BLOCKS, 32L * MIB_BLOCKS));
            assertThat(extents(copy, 8L * MIB_BLOCKS, 16 * MIB_BLOCKS))
                    .isEqualTo(extents(source, 0, 16 * MIB_BLOCKS))
                    .matches(all -> Arrays.stream(all).filter(Pointer::hasData).count() > 4000);
            assertThat(copy.read(8L * MIB_BLOCKS, 32 * MIB_BLOCKS)).isEqualTo(bytes);
            PoolUsage usage = done(pool.usage());
            // Nothing new is there; a segment with blocks that several show counts as used up to what was written to
            // it.
            assertThat(before).isEqualTo((33L << 20) - 512 * BLOCK);
            assertThat(usage.liveBytes()).isEqualTo(33L << 20);
            assertThat(usage.liveBytes()
                            + usage.garbageBytes()
                            + usage.freeBytes()
                            + usage.reserveBytes()
                            + usage.metadataBytes())
                    .as("I18")
                    .isEqualTo(usage.capacityBytes());
            assertThat(done(pool.check())).isEmpty();

            // What changes on one side does not show on the other.
            source.write(0, new byte[1 << 20], false);
            copy.write(16L * MIB_BLOCKS, new byte[1 << 20], false);
            done(pool.destroy(SOURCE));
            Arrays.fill(bytes, 8 << 20, 9 << 20, (byte) 0);
            assertThat(copy.read(8L * MIB_BLOCKS, 32 * MIB_BLOCKS)).isEqualTo(bytes);
            assertThat(done(pool.check())).isEmpty();
        }
        try (TestPools.Opened opened = TestPools.folder(folder, 512 << 20)) {
            Pool pool = opened.pool();
            assertThat(done(pool.check())).isEmpty();
            done(pool.destroy(COPY));
            for (int i = 0; i < 1000 && done(pool.usage()).liveBytes() > 0; i++) {
                done(pool.check());
            }
            assertThat(done(pool.usage()).liveBytes()).isZero();
        }
    }

    @Test
    void whatCannotBeSharedIsLeftToTheCaller() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(256 << 20);
                TestPools.Opened other = TestPools.memory(256 << 20)) {
            SyncVolume source = create(opened.pool(), SOURCE, WritePolicy.DURABLE);
            SyncVolume copy = create(opened.pool(), COPY, WritePolicy.WRITE_BACK);
            SyncVolume foreign = create(other.pool(), SOURCE, WritePolicy.DURABLE);
            fill(source, 2);
            assertThat(share(source, 1, copy, new BlockRange(0, 64))).isZero();
            assertThat(share(source, 0, copy, new BlockRange(4, 64))).isZero();
            assertThat(share(source, 0, copy, new BlockRange(0, 7))).isZero();
            assertThat(share(foreign, 0, copy, new BlockRange(0, 64))).isZero();
            assertThat(share(source, 0, source, new BlockRange(8, 64))).isZero();
            assertThat(share(source, 0, source, new BlockRange(64, 64))).isEqualTo(64);
            assertThat(share(source, 0, copy, new BlockRange(0, 65))).isEqualTo(64);
            assertThat(copy.read(0, 64)).isEqualTo(source.read(0, 64));
            SyncVolume.Outcome outside = SyncVolume.await(done ->
                    copy.volume().share(source.volume(), 63L * MIB_BLOCKS, new BlockRange(0, 2L * MIB_BLOCKS), done));
            assertThat(outside.status()).isEqualTo(EngineStatus.OUT_OF_RANGE);
            assertThat(done(opened.pool().check())).isEmpty();
        }
    }

    @Test
    void aMomentCanBeShared() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(256 << 20)) {
            Pool pool = opened.pool();
            SyncVolume source = create(pool, SOURCE, WritePolicy.WRITE_BACK);
            SyncVolume copy = create(pool, COPY, WritePolicy.DURABLE);
            byte[] bytes = fill(source, 4);
            SnapshotId id = new SnapshotId(new UUID(2, 1));
            done(pool.timeline().take(List.of(new Timeline.SnapshotSpec(id, SOURCE))));
            fill(source, 4);
            SyncVolume view = new SyncVolume(done(pool.timeline().view(id)));
            shareAll(view, 0, copy, new BlockRange(0, 4L * MIB_BLOCKS));
            done(pool.timeline().delete(List.of(id)));
            fill(source, 4);
            assertThat(copy.read(0, 4 * MIB_BLOCKS)).isEqualTo(bytes);
            assertThat(done(pool.check())).isEmpty();
        }
    }
}
