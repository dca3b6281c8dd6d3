package dev.sandstone.engine.volume;

import dev.sandstone.engine.loop.ThreadLoop;
import java.nio.file.Path;

/** Pools for tests, each on a loop of its own. */
public final class TestPools {
    private static final long CACHE_BYTES = 32L << 20;

    private TestPools() {}

    /** An open pool and its loop; closing ends both. */
    public record Opened(Pool pool, ThreadLoop loop) implements AutoCloseable {
        @Override
        public void close() {
            pool.close();
            loop.close();
        }
    }

    /** A pool in memory of at most so many bytes. */
    public static Opened memory(long capacityBytes) {
        ThreadLoop loop = new ThreadLoop("test-shard");
        PoolConfig config = new PoolConfig(PoolConfig.Medium.MEMORY, null, null, capacityBytes, CACHE_BYTES, false);
        return new Opened(Pools.create(config, loop), loop);
    }

    /** The pool in a folder, made when there is none. */
    public static Opened folder(Path folder, long capacityBytes) {
        ThreadLoop loop = new ThreadLoop("test-shard");
        boolean open = false;
        try {
            Opened opened = new Opened(Pools.openOrCreate(config(folder, capacityBytes), loop), loop);
            open = true;
            return opened;
        } finally {
            if (!open) {
                loop.close();
            }
        }
    }

    /** How {@link #folder} is opened. */
    public static PoolConfig config(Path folder, long capacityBytes) {
        return new PoolConfig(
                PoolConfig.Medium.FOLDER, folder, folder.resolve("map"), capacityBytes, CACHE_BYTES, false);
    }
}
