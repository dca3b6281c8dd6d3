package dev.sandstone.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random operations on several volumes, durable and write-back, compared with byte arrays after each step. */
class VolumeModelTest {
    private static final int STEPS = Integer.getInteger("sandstone.model.steps", 2000);
    private static final int MOST_BLOCKS = 2500;

    private final long seed = Long.getLong("sandstone.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    private Path folder;

    @Test
    void memoryAgreesWithByteArrays() throws Exception {
        try (TestPools.Opened opened = TestPools.memory(256 << 20)) {
            Pool pool = opened.pool();
            List<ReferenceVolume> volumes = volumes(pool);
            for (int step = 0; step < STEPS; step++) {
                step(pool, volumes, step);
            }
            finish(pool, volumes);
        }
    }

    @Test
    void folderAgreesWithByteArraysAndReopens() throws Exception {
        reopening(() -> TestPools.folder(folder, 256 << 20));
    }

    @Test
    void ringAgreesWithByteArraysAndReopens() throws Exception {
        reopening(() -> TestPools.ring(folder, 256 << 20));
    }

    private void reopening(Supplier<TestPools.Opened> open) throws Exception {
        List<ReferenceVolume> volumes = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            try (TestPools.Opened opened = open.get()) {
                Pool pool = opened.pool();
                if (round == 0) {
                    volumes.addAll(volumes(pool));
                } else {
                    reopen(pool, volumes);
                }
                for (int step = 0; step < STEPS / 5; step++) {
                    step(pool, volumes, step);
                }
                finish(pool, volumes);
            }
        }
    }

    private List<ReferenceVolume> volumes(Pool pool) throws Exception {
        List<ReferenceVolume> volumes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            WritePolicy policy = i % 2 == 0 ? WritePolicy.DURABLE : WritePolicy.WRITE_BACK;
            VolumeId id = new VolumeId(new UUID(seed, i));
            long blocks = 8L * (1 + random.nextInt(3000));
            Volume volume = done(pool.create(new VolumeSpec(id, blocks, policy)));
            volumes.add(new ReferenceVolume("seed " + seed + " volume " + i + " " + policy, volume, random));
        }
        return volumes;
    }

    private void step(Pool pool, List<ReferenceVolume> volumes, int step) throws Exception {
        ReferenceVolume volume = volumes.get(random.nextInt(volumes.size()));
        if (step % 400 == 399) {
            long blocks = 8L * (1 + random.nextInt(3000));
            done(pool.resize(volume.id(), blocks));
            volume.resized(blocks);
        } else if (step % 700 == 699) {
            WritePolicy policy = random.nextBoolean() ? WritePolicy.DURABLE : WritePolicy.WRITE_BACK;
            done(pool.setWritePolicy(volume.id(), policy));
            assertThat(volume.volume().volume().writePolicy()).isEqualTo(policy);
        } else {
            volume.step(MOST_BLOCKS);
        }
    }

    private void reopen(Pool pool, List<ReferenceVolume> volumes) {
        assertThat(pool.volumes().stream().map(Volume::id).toList())
                .as("seed %d: volumes in order of creation", seed)
                .isEqualTo(volumes.stream().map(ReferenceVolume::id).toList());
        volumes.forEach(volume -> volume.reopened(pool.volume(volume.id()).orElseThrow()));
        volumes.forEach(ReferenceVolume::compareAll);
    }

    private void finish(Pool pool, List<ReferenceVolume> volumes) throws Exception {
        volumes.forEach(ReferenceVolume::compareAll);
        assertThat(done(pool.check())).as("seed %d: verifier", seed).isEmpty();
    }

    private static <T> T done(CompletionStage<T> stage)
            throws ExecutionException, InterruptedException, TimeoutException {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
