package dev.sandstone.daemon.process;

import dev.sandstone.config.ArrayConfig;
import dev.sandstone.daemon.folder.DataFolder;
import dev.sandstone.engine.volume.PoolConfig;
import java.nio.file.Path;

/** Where the pool of a folder is. */
final class PoolConfigs {
    private PoolConfigs() {}

    /** @param capacity of a new pool; 0 for what an existing one has */
    static PoolConfig folder(DataFolder folder, long capacity, long cache, boolean ring) {
        return new PoolConfig(
                PoolConfig.Medium.FOLDER, folder.pool(), folder.metadata(), capacity, cacheOr(cache), ring);
    }

    static PoolConfig device(DataFolder folder, Path device, ArrayConfig.Pool pool) {
        return new PoolConfig(
                PoolConfig.Medium.DEVICE, device, folder.metadata(), 0, cacheOr(pool.cacheBytes()), pool.ring());
    }

    static PoolConfig of(DataFolder folder, ArrayConfig.Pool pool) {
        return pool.device()
                .map(device -> device(folder, device, pool))
                .orElseGet(() -> folder(folder, 0, pool.cacheBytes(), pool.ring()));
    }

    private static long cacheOr(long asked) {
        return asked == 0 ? MachineMemory.cache() : asked;
    }
}
