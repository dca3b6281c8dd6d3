package dev.sandstone.bench.engine;

import dev.sandstone.engine.loop.ThreadLoop;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.PoolConfig;
import dev.sandstone.engine.volume.Pools;
import dev.sandstone.engine.volume.Snapshot;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The engine alone, in this process, with its data in a folder: a pool on a loop of its own. */
public final class Engine implements AutoCloseable {
    public static final int BLOCK = 4096;
    public static final int SECTORS = BLOCK / VolumeSpec.BLOCK_BYTES;

    private static final int EXTENT = 1 << 20;
    private static final long CACHE_BYTES = 128L << 20;

    private final ThreadLoop loop = new ThreadLoop("bench-shard");
    private final SplittableRandom random = new SplittableRandom(1);
    private final ByteBuffer noise = ByteBuffer.allocateDirect(2 * EXTENT);
    private final Pool pool;
    private long ids;

    public Engine(Path folder, long capacityBytes) {
        PoolConfig config = new PoolConfig(
                PoolConfig.Medium.FOLDER, folder, folder.resolve("map"), capacityBytes, CACHE_BYTES, false);
        pool = Pools.create(config, loop);
        while (noise.hasRemaining()) {
            noise.putLong(random.nextLong());
        }
        noise.clear();
    }

    public Pool pool() {
        return pool;
    }

    public ThreadLoop loop() {
        return loop;
    }

    public Timeline timeline() {
        return pool.timeline();
    }

    public static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** Runs one operation, which must succeed, and answers its detail. */
    public static long run(Consumer<Completion> operation) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        operation.accept((status, detail) -> {
            if (status == EngineStatus.OK) {
                answer.complete(detail);
            } else {
                answer.completeExceptionally(new IllegalStateException("an operation ended with " + status));
            }
        });
        return answer.join();
    }

    public Volume volume(long bytes) {
        VolumeId id = new VolumeId(new UUID(1, ++ids));
        return get(pool.create(new VolumeSpec(id, bytes / VolumeSpec.BLOCK_BYTES, WritePolicy.DURABLE)));
    }

    /** Random bytes, other ones each time. */
    public ByteBuffer bytes(int length) {
        int at = random.nextInt(EXTENT / 8) * 8;
        noise.putLong(at, random.nextLong());
        return noise.slice(at, length);
    }

    /** Writes so many bytes from the beginning of a volume on. */
    public void fill(Volume volume, long bytes) {
        for (long at = 0; at < bytes; at += EXTENT) {
            long lba = at / VolumeSpec.BLOCK_BYTES;
            run(done -> volume.write(lba, bytes(EXTENT), false, done));
        }
    }

    /** Writes random blocks of 4 KiB. */
    public void overwrite(Volume volume, int count, SplittableRandom where) {
        for (int i = 0; i < count; i++) {
            long lba = where.nextLong(volume.blocks() / SECTORS) * SECTORS;
            run(done -> volume.write(lba, bytes(BLOCK), false, done));
        }
    }

    public Snapshot take(Volume volume) {
        SnapshotId id = new SnapshotId(new UUID(2, ++ids));
        return get(timeline().take(List.of(new Timeline.SnapshotSpec(id, volume.id()))))
                .get(0);
    }

    @Override
    public void close() {
        pool.close();
        loop.close();
    }
}
