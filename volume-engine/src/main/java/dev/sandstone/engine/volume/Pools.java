package dev.sandstone.engine.volume;

import dev.sandstone.engine.cache.BlockCache;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.meta.HeapMetadataStore;
import dev.sandstone.engine.meta.MetadataException;
import dev.sandstone.engine.meta.MetadataMemory;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.RocksMetadataStore;
import dev.sandstone.engine.store.FileTraffic;
import dev.sandstone.engine.store.MemoryStore;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and opens pools.
 *
 * <p>All methods block, must not be called on the loop, and throw {@link EngineException} with a message for a person:
 * EXISTS, NOT_FOUND, SPACE_EXHAUSTED (too small, or the file system is full), IO_ERROR (in use, damaged, of another
 * version or pool, or the system failed).
 */
public final class Pools {
    /** The least a pool can have. */
    public static final long LEAST_BYTES = 64L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Pools.class);
    private static final int LEAST_SEGMENT_BYTES = 4 << 20;
    private static final int MOST_SEGMENT_BYTES = 64 << 20;
    private static final int USUAL_SEGMENTS = 64;
    private static final long LEAST_CACHE_BYTES = 16L << 20;
    private static final long USUAL_CACHE_BYTES = 128L << 20;

    private Pools() {}

    /** Makes a pool where there is none, and opens it. */
    public static Pool create(PoolConfig config, ShardLoop loop) {
        if (config.medium() == PoolConfig.Medium.MEMORY) {
            return memory(config, loop);
        }
        try {
            PoolPlaces.format(config, segmentBytes(config), loop);
        } catch (StoreException e) {
            throw failed("The pool cannot be created", e);
        }
        return open(config, loop);
    }

    /** Opens a pool that exists. A pool in memory cannot. */
    public static Pool open(PoolConfig config, ShardLoop loop) {
        if (!PoolPlaces.exists(config)) {
            throw new EngineException(EngineStatus.NOT_FOUND, "there is no pool at " + config.path());
        }
        try {
            FileTraffic traffic = new FileTraffic();
            SegmentStore store = PoolPlaces.open(config, loop, traffic);
            return opened(config, new Files(loop, store, traffic), () -> rocks(config));
        } catch (StoreException e) {
            throw failed("The pool cannot be opened", e);
        }
    }

    /** Opens the pool, made first when there is none: for a folder, when it has no image; a device is never formatted. */
    public static Pool openOrCreate(PoolConfig config, ShardLoop loop) {
        return PoolPlaces.exists(config) ? open(config, loop) : create(config, loop);
    }

    private static Pool memory(PoolConfig config, ShardLoop loop) {
        try {
            MemoryStore store = new MemoryStore(loop, segmentBytes(config), config.capacityBytes());
            return opened(config, new Files(loop, store, new FileTraffic()), HeapMetadataStore::new);
        } catch (StoreException e) {
            throw failed("The pool cannot be made in memory", e);
        }
    }

    /** What opens the metadata store. */
    private interface Metadata {
        MetadataStore open();
    }

    /** The segments, and what has gone through their files. */
    private record Files(ShardLoop loop, SegmentStore store, FileTraffic traffic) {}

    private static Pool opened(PoolConfig config, Files files, Metadata metadata) throws StoreException {
        SegmentStore store = files.store();
        MetadataThreads threads = new MetadataThreads();
        MetadataStore tables = null;
        boolean open = false;
        try {
            tables = metadata.open();
            PoolIdentity.check(tables, store);
            LOG.info(
                    "Pool {}: {} segments of {} bytes; {}",
                    store.superblock().pool(),
                    store.slots(),
                    store.segmentBytes(),
                    store.describe());
            MetadataStore parts = tables;
            Pool pool = LogPool.open(
                    new PoolParts(
                            files.loop(),
                            store,
                            tables,
                            threads.writer(),
                            threads.readers(),
                            limits(config),
                            new BlockCache(config.readCacheBytes()),
                            new SplittableRandom(new SecureRandom().nextLong()),
                            PoolPlaces.tools(config, files.loop(), threads.upkeep(), files.traffic())),
                    () -> release(threads, store, parts));
            open = true;
            return pool;
        } catch (MetadataException | IllegalArgumentException e) {
            throw new EngineException(EngineStatus.IO_ERROR, "the pool cannot be opened: " + e.getMessage(), e);
        } finally {
            if (!open) {
                release(threads, store, tables);
            }
        }
    }

    private static void release(MetadataThreads threads, SegmentStore store, @Nullable MetadataStore metadata) {
        threads.close();
        store.close();
        if (metadata != null) {
            metadata.close();
        }
    }

    private static MetadataStore rocks(PoolConfig config) {
        long cache = cacheBytes(config);
        return RocksMetadataStore.open(PoolPlaces.metadata(config), new MetadataMemory(cache / 4, cache / 8));
    }

    private static MapLimits limits(PoolConfig config) {
        long cache = cacheBytes(config);
        return MapLimits.of(cache / 4, 3 * cache / 8);
    }

    private static long cacheBytes(PoolConfig config) {
        return config.cacheBytes() == 0 ? USUAL_CACHE_BYTES : Math.max(config.cacheBytes(), LEAST_CACHE_BYTES);
    }

    private static int segmentBytes(PoolConfig config) {
        if (config.medium() == PoolConfig.Medium.DEVICE && config.capacityBytes() == 0) {
            return MOST_SEGMENT_BYTES;
        }
        if (config.capacityBytes() < LEAST_BYTES) {
            throw new EngineException(
                    EngineStatus.SPACE_EXHAUSTED,
                    "a pool needs at least " + (LEAST_BYTES >> 20) + " MiB, " + config.capacityBytes()
                            + " bytes were given");
        }
        long share = Long.highestOneBit(config.capacityBytes() / USUAL_SEGMENTS);
        return Math.clamp(share, LEAST_SEGMENT_BYTES, MOST_SEGMENT_BYTES);
    }

    private static EngineException failed(String what, StoreException cause) {
        EngineStatus status = switch (cause.kind()) {
            case EXISTS -> EngineStatus.EXISTS;
            case ABSENT -> EngineStatus.NOT_FOUND;
            case NO_SPACE, TOO_SMALL -> EngineStatus.SPACE_EXHAUSTED;
            default -> EngineStatus.IO_ERROR;
        };
        return new EngineException(status, what + ": " + cause.getMessage(), cause);
    }
}
