package dev.sandstone.engine.volume;

import dev.sandstone.engine.cache.BlockCache;
import dev.sandstone.engine.loop.ThreadLoop;
import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.meta.MetadataMemory;
import dev.sandstone.engine.meta.RocksMetadataStore;
import dev.sandstone.engine.store.DiskStore;
import dev.sandstone.engine.store.Disks;
import dev.sandstone.engine.store.FileIoFactory;
import dev.sandstone.engine.store.FileWitness;
import dev.sandstone.engine.store.MirrorStore;
import dev.sandstone.engine.store.PoolFileIo;
import dev.sandstone.engine.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A pool on image files as {@link Pools} puts it together, but with segments of any size and on files of the test's own
 * making. What is not on its disks is in a folder: the map, where the disks are, how far the scrub is.
 */
final class FilePool implements AutoCloseable {
    private static final long CACHE_BYTES = 16L << 20;
    private static final int MOST_COPIES = 2;
    private static final long ASK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LIMIT_SECONDS = 120;

    private final Pool pool;
    private final ThreadLoop loop;
    private boolean closed;

    private FilePool(Pool pool, ThreadLoop loop) {
        this.pool = pool;
        this.loop = loop;
    }

    Pool pool() {
        return pool;
    }

    /** Makes the image files of a new pool, which keeps two copies when it has two disks or more. */
    static void format(List<Path> images, long bytes, int segmentBytes, Random random) throws StoreException {
        UUID pool = id(random);
        List<UUID> ids = images.stream().map(image -> id(random)).toList();
        int copies = Math.min(images.size(), MOST_COPIES);
        try (ThreadLoop loop = new ThreadLoop("test-format")) {
            for (int i = 0; i < images.size(); i++) {
                DiskStore.Format format = new DiskStore.Format(pool, ids.get(i), segmentBytes, ids, copies);
                Disks.createImage(images.get(i), bytes, format, PoolFileIo::open, loop);
            }
        }
    }

    private static UUID id(Random random) {
        return new UUID(random.nextLong(), random.nextLong());
    }

    /** Opens; what was opened already is closed again when it is refused. */
    static FilePool open(Path array, Collection<Path> images, FileIoFactory io, Random random)
            throws StoreException, IOException {
        Files.createDirectories(array);
        ThreadLoop loop = new ThreadLoop("test-shard");
        Deque<Runnable> parts = new ArrayDeque<>(List.of(loop::close));
        boolean open = false;
        try {
            MirrorStore store = Disks.openAll(images, io, loop, new FileWitness(array.resolve("disks")));
            parts.push(store::close);
            RocksMetadataStore tables =
                    RocksMetadataStore.open(array.resolve("map"), new MetadataMemory(CACHE_BYTES / 4, CACHE_BYTES / 8));
            parts.push(tables::close);
            PoolIdentity.check(tables, store);
            MetadataThreads threads = new MetadataThreads();
            parts.push(threads::close);
            PoolTools tools = new PoolTools(
                    threads.upkeep(), new FileScrubMemory(array.resolve("scrub")), new PoolTools.FileMaker(io, loop));
            PoolParts all = new PoolParts(
                    loop,
                    store,
                    tables,
                    threads.writer(),
                    threads.readers(),
                    MapLimits.of(CACHE_BYTES / 4, CACHE_BYTES / 4),
                    BlockCache.none(),
                    new SplittableRandom(random.nextLong()),
                    tools);
            Pool pool = LogPool.open(all, () -> {
                threads.close();
                store.close();
                tables.close();
            });
            open = true;
            return new FilePool(pool, loop);
        } finally {
            if (!open) {
                parts.forEach(Runnable::run);
            }
        }
    }

    /** Waits for what any stage of the pool answers. */
    static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Asks for the state of the disks until it is so; the loop has its time between two questions. */
    PoolDisks.Status awaits(String what, Predicate<PoolDisks.Status> wanted) {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        PoolDisks.Status status = get(pool.disks().status());
        while (!wanted.test(status)) {
            if (System.nanoTime() > limit) {
                throw new AssertionError(what + " never comes; now " + status);
            }
            CompletableFuture<PoolDisks.Status> next = new CompletableFuture<>();
            loop.schedule(() -> pool.disks().status().thenAccept(next::complete), ASK_NANOS);
            status = get(next);
        }
        return status;
    }

    /** A walk over everything, after the one that is under way; what it found. */
    PoolDisks.Scrub scrub() {
        Predicate<PoolDisks.Status> over = status -> status.scrub().state() == PoolDisks.ScrubState.IDLE;
        awaits("the end of a scrub", over);
        get(pool.disks().startScrub());
        return awaits("the end of a scrub", over).scrub();
    }

    /** No effect the second time. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            pool.close();
            loop.close();
        }
    }
}
