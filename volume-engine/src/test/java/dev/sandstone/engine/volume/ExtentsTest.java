package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which blocks hold data, as the map says. */
class ExtentsTest {
    private static final long BLOCKS = 1L << 20;

    @Test
    void extentsFollowWritesAndUnmaps() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(96 << 20)) {
            VolumeSpec spec = new VolumeSpec(new VolumeId(new UUID(1, 1)), BLOCKS, WritePolicy.DURABLE);
            Volume volume = opened.pool().create(spec).toCompletableFuture().get(30, TimeUnit.SECONDS);
            SyncVolume sync = new SyncVolume(volume);
            assertThat(extents(volume, 0, BLOCKS, 8)).containsExactly(new ExtentStatus(0, BLOCKS, false));
            assertThat(sync.write(16, new byte[16 * 512], false).ok()).isTrue();
            assertThat(sync.write(4096 * 8, new byte[512], false).ok()).isTrue();
            assertThat(extents(volume, 0, BLOCKS, 8))
                    .containsExactly(
                            new ExtentStatus(0, 16, false),
                            new ExtentStatus(16, 16, true),
                            new ExtentStatus(32, 4096 * 8 - 32, false),
                            new ExtentStatus(4096 * 8, 8, true),
                            new ExtentStatus(4096 * 8 + 8, BLOCKS - 4096 * 8 - 8, false));
            assertThat(extents(volume, 18, 3, 8)).containsExactly(new ExtentStatus(18, 3, true));
            assertThat(extents(volume, 20, 1000, 1)).containsExactly(new ExtentStatus(20, 12, true));
            assertThat(sync.unmap(new BlockRange(16, 8)).ok()).isTrue();
            assertThat(sync.writeZeros(24, 8).ok()).isTrue();
            assertThat(extents(volume, 0, 4096, 8)).containsExactly(new ExtentStatus(0, 4096, false));
            opened.pool().usage(volume.id()).toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(extents(volume, 4096 * 8 + 7, 2, 8))
                    .containsExactly(new ExtentStatus(4096 * 8 + 7, 1, true), new ExtentStatus(4096 * 8 + 8, 1, false));
            assertThat(SyncVolume.await(
                                    done -> volume.extents(new BlockRange(BLOCKS - 1, 2), new ArrayList<>(), 8, done))
                            .status())
                    .isEqualTo(EngineStatus.OUT_OF_RANGE);
        }
    }

    private static List<ExtentStatus> extents(Volume volume, long lba, long blocks, int most) {
        List<ExtentStatus> found = new ArrayList<>();
        assertThat(SyncVolume.await(done -> volume.extents(new BlockRange(lba, blocks), found, most, done))
                        .ok())
                .isTrue();
        return found;
    }
}
