package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Acknowledged blocks whose only copy was damaged before the pool was opened again: the verifier tells of them. */
class LostBlocksTest {
    private static final long CAPACITY = 64L << 20;
    private static final int BYTES = 4096;
    private static final VolumeId VOLUME = new VolumeId(new UUID(5, 1));
    private static final SnapshotId SNAPSHOT = new SnapshotId(new UUID(5, 2));

    @TempDir
    private Path temp;

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static byte[] block(int with) {
        byte[] bytes = new byte[BYTES];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    /** What a kill leaves, with the blocks that are filled with one value damaged. */
    private Path killedAndDamaged(int with) throws Exception {
        Path folder = temp.resolve("before");
        Path after = temp.resolve("after");
        try (TestPools.Opened opened = TestPools.folder(folder, CAPACITY)) {
            SyncVolume volume =
                    new SyncVolume(done(opened.pool().create(new VolumeSpec(VOLUME, 2048, WritePolicy.DURABLE))));
            for (int i = 0; i < 4; i++) {
                assertThat(volume.write(i * 8L, block(i < 2 ? with : 0x22), true)
                                .ok())
                        .isTrue();
            }
            FolderCopy.take(folder, after);
        }
        assertThat(damage(after.resolve("disk0.sandstone"), block(with))).isEqualTo(2);
        return after;
    }

    private static int damage(Path image, byte[] content) throws IOException {
        int damaged = 0;
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(BYTES);
            for (long at = 0; at + BYTES <= channel.size(); at += BYTES) {
                block.clear();
                channel.read(block, at);
                if (Arrays.equals(block.array(), content)) {
                    channel.write(ByteBuffer.wrap(new byte[] {0}), at + 100);
                    damaged++;
                }
            }
        }
        return damaged;
    }

    @Test
    void theVerifierTellsUntilTheyAreWrittenAgain() throws Exception {
        try (TestPools.Opened opened = TestPools.folder(killedAndDamaged(0x11), CAPACITY)) {
            Pool pool = opened.pool();
            SyncVolume volume = new SyncVolume(pool.volume(VOLUME).orElseThrow());
            assertThat(volume.read(0, ByteBuffer.allocateDirect(BYTES)).status())
                    .isEqualTo(EngineStatus.MEDIUM_ERROR);
            assertThat(done(pool.check()))
                    .containsExactly("volume " + VOLUME + " has lost 2 blocks of 4 KiB, acknowledged before: "
                            + "reading there is a medium error until it is written again");
            done(pool.timeline().take(List.of(new Timeline.SnapshotSpec(SNAPSHOT, VOLUME))));
            assertThat(volume.write(0, block(0x33), true).ok()).isTrue();
            assertThat(done(pool.check()))
                    .containsExactly(
                            "volume " + VOLUME + " has lost 1 block of 4 KiB, acknowledged before: "
                                    + "reading there is a medium error until it is written again",
                            "volume " + VOLUME + " has lost 1 block of 4 KiB of what it was earlier, "
                                    + "as snapshots, clones or its rewind window show it");
            assertThat(volume.unmap(new BlockRange(8, 8)).ok()).isTrue();
            assertThat(done(pool.check()))
                    .containsExactly("volume " + VOLUME + " has lost 2 blocks of 4 KiB of what it was earlier, "
                            + "as snapshots, clones or its rewind window show it");
            done(pool.timeline().delete(List.of(SNAPSHOT)));
            assertThat(done(pool.check())).isEmpty();
            assertThat(volume.read(0, 8)).isEqualTo(block(0x33));
        }
    }
}
