package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is told of an end and fails then harms nobody else: what is behind it goes on, and the pool closes. */
class FailingCallerTest {
    private static final int BLOCK = VolumeSpec.BLOCK_BYTES;
    private static final int BYTES = 8 * BLOCK;
    private static final VolumeId VOLUME = new VolumeId(new UUID(5, 1));
    private static final int AT_ONCE = 20;

    @TempDir
    private Path folder;

    private static ByteBuffer filled(int value, int bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        while (buffer.hasRemaining()) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    /** Each kind of operation, at eight blocks from there on. */
    private static List<Consumer<Completion>> operations(Volume volume, long lba) {
        BlockRange whole = new BlockRange(lba, 8);
        return List.of(
                done -> volume.write(lba, filled(1, BYTES), false, done),
                done -> volume.write(lba, filled(2, BYTES), true, done),
                done -> volume.write(lba + 1, filled(3, BLOCK), true, done),
                done -> volume.compareAndWrite(lba, filled(9, BLOCK), filled(4, BLOCK), true, done),
                done -> volume.read(lba, ByteBuffer.allocateDirect(BYTES), done),
                done -> volume.read(lba + 3, ByteBuffer.allocateDirect(BLOCK), done),
                done -> volume.extents(whole, new ArrayList<>(), 4, done),
                done -> volume.writeZeros(whole, true, done),
                done -> volume.writeZeros(new BlockRange(lba + 2, 3), true, done),
                done -> volume.unmap(List.of(whole, new BlockRange(lba + 800, 8)), done),
                done -> volume.share(volume, lba, new BlockRange(lba + 400, 8), placed -> {}, done),
                done -> volume.keepAnnex(1, new byte[] {1, 2, 3}, done),
                volume::flush);
    }

    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void othersGoOnAndThePoolCloses() throws Exception {
        for (WritePolicy policy : WritePolicy.values()) {
            Path place = folder.resolve(policy.name());
            try (TestPools.Opened opened = TestPools.folder(place, 64 << 20)) {
                Volume volume = opened.pool()
                        .create(new VolumeSpec(VOLUME, 4096, policy))
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS);
                manyFail(volume);
                assertThat(SyncVolume.await(done -> volume.write(8, filled(7, BYTES), true, done))
                                .status())
                        .isEqualTo(EngineStatus.OK);
                assertThat(opened.pool().check().toCompletableFuture().get(60, TimeUnit.SECONDS))
                        .isEmpty();
            }
            try (TestPools.Opened again = TestPools.folder(place, 64 << 20)) {
                ByteBuffer read = ByteBuffer.allocateDirect(BYTES);
                Volume volume = again.pool().volume(VOLUME).orElseThrow();
                assertThat(SyncVolume.await(done -> volume.read(8, read, done)).status())
                        .isEqualTo(EngineStatus.OK);
                assertThat(read.get(0)).isEqualTo((byte) 7);
            }
        }
    }

    private static void manyFail(Volume volume) throws InterruptedException {
        int kinds = operations(volume, 0).size();
        CountDownLatch told = new CountDownLatch(AT_ONCE * kinds);
        for (int i = 0; i < AT_ONCE; i++) {
            for (Consumer<Completion> operation : operations(volume, 16L * i)) {
                operation.accept((status, detail) -> {
                    told.countDown();
                    throw new IllegalStateException("a defect of who was told " + status);
                });
            }
        }
        assertThat(told.await(60, TimeUnit.SECONDS)).as("each is told once").isTrue();
    }
}
