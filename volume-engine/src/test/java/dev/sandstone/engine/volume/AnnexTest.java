package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept with a volume is there after a kill at any moment without I/O, and goes with the volume. */
class AnnexTest {
    private static final long CAPACITY = 128L << 20;
    private static final VolumeId ID = new VolumeId(new UUID(5, 6));
    private static final VolumeId OTHER = new VolumeId(new UUID(5, 7));

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    private Path temp;

    @Test
    void whatWasKeptIsThereAfterAKill() throws Exception {
        byte[] reservations = {};
        byte[] unit = {};
        Path folder = temp.resolve("0");
        for (int round = 0; round < 5; round++) {
            Path next = temp.resolve(String.valueOf(round + 1));
            try (TestPools.Opened opened = TestPools.folder(folder, CAPACITY)) {
                Volume volume = volume(opened.pool(), ID);
                Volume other = volume(opened.pool(), OTHER);
                if (round > 0) {
                    assertThat(annex(volume, AnnexKind.RESERVATIONS))
                            .as("seed %d", seed)
                            .isEqualTo(reservations);
                    assertThat(annex(volume, AnnexKind.UNIT))
                            .as("seed %d", seed)
                            .isEqualTo(unit);
                }
                assertThat(annex(other, AnnexKind.UNIT)).isNull();
                for (int i = 0; i < 3; i++) {
                    reservations = keep(volume, AnnexKind.RESERVATIONS, random.nextInt(AnnexKind.MOST_BYTES + 1));
                    unit = keep(volume, AnnexKind.UNIT, random.nextInt(100));
                }
                if (round % 2 == 1) {
                    // Folds what was recorded, so that the next opening reads the tables and not the log.
                    opened.pool().usage(ID).toCompletableFuture().get(30, TimeUnit.SECONDS);
                }
                assertThat(opened.pool().check().toCompletableFuture().get(60, TimeUnit.SECONDS))
                        .isEmpty();
                FolderCopy.take(folder, next);
            }
            folder = next;
        }
    }

    @Test
    void itGoesWithTheVolume() throws Exception {
        try (TestPools.Opened opened = TestPools.folder(temp, CAPACITY)) {
            Volume volume = volume(opened.pool(), ID);
            keep(volume, AnnexKind.RESERVATIONS, 10_000);
            opened.pool().usage(ID).toCompletableFuture().get(30, TimeUnit.SECONDS);
            keep(volume, AnnexKind.RESERVATIONS, 20);
            opened.pool().destroy(ID).toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(SyncVolume.await(done -> volume.keepAnnex(AnnexKind.UNIT, new byte[1], done))
                            .status())
                    .isEqualTo(EngineStatus.NOT_FOUND);
            assertThat(annex(volume(opened.pool(), ID), AnnexKind.RESERVATIONS)).isNull();
            assertThat(opened.pool().check().toCompletableFuture().get(60, TimeUnit.SECONDS))
                    .isEmpty();
        }
        try (TestPools.Opened opened = TestPools.folder(temp, CAPACITY)) {
            assertThat(annex(volume(opened.pool(), ID), AnnexKind.RESERVATIONS)).isNull();
        }
    }

    private static Volume volume(Pool pool, VolumeId id) throws Exception {
        VolumeSpec spec = new VolumeSpec(id, 8192, WritePolicy.DURABLE);
        return pool.volume(id).isPresent()
                ? pool.volume(id).get()
                : pool.create(spec).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private byte[] keep(Volume volume, int kind, int bytes) {
        byte[] annex = new byte[bytes];
        random.nextBytes(annex);
        assertThat(SyncVolume.await(done -> volume.keepAnnex(kind, annex, done)).ok())
                .isTrue();
        return annex;
    }

    private static byte @Nullable [] annex(Volume volume, int kind) {
        CompletableFuture<byte @Nullable []> annex = new CompletableFuture<>();
        volume.loop().run(() -> annex.complete(volume.annex(kind)));
        return annex.orTimeout(30, TimeUnit.SECONDS).join();
    }
}
