package dev.sandstone.daemon.process;

import dev.sandstone.config.ArrayConfig;
import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.folder.DataFolder;
import dev.sandstone.engine.volume.PoolConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the pool of a folder is. */
final class PoolConfigs {
    private PoolConfigs() {}

    /** @param capacity of a new pool; 0 for what an existing one has */
    static PoolConfig folder(DataFolder folder, long capacity, ArrayConfig.Pool pool) {
        return new PoolConfig(
                        PoolConfig.Medium.FOLDER,
                        folder.pool(),
                        folder.metadata(),
                        capacity,
                        cacheOr(pool.cacheBytes()),
                        pool.ring())
                .withReadCache(readCache(pool));
    }

    static PoolConfig device(DataFolder folder, Path device, ArrayConfig.Pool pool) {
        return new PoolConfig(
                        PoolConfig.Medium.DEVICE, device, folder.metadata(), 0, cacheOr(pool.cacheBytes()), pool.ring())
                .withReadCache(readCache(pool));
    }

    static PoolConfig of(DataFolder folder, ArrayConfig.Pool pool) {
        if (!pool.disks().isEmpty()) {
            return disks(folder, pool, new NewDisks(0, NewDisks.USUAL_COPIES));
        }
        return pool.device().map(device -> device(folder, device, pool)).orElseGet(() -> folder(folder, 0, pool));
    }

    /**
     * What a pool of several disks is made with; no meaning for one that exists.
     *
     * @param capacity of each image; 0 when the disks are devices
     * @param copies of each segment, not more than there are disks
     */
    record NewDisks(long capacity, int copies) {
        static final int USUAL_COPIES = 2;
        static final int MOST_COPIES = 3;

        NewDisks {
            if (copies < 1 || copies > MOST_COPIES) {
                throw new ApiException(
                        ErrorCode.USAGE,
                        copies + " copies are not offered",
                        "a pool keeps 1 to " + MOST_COPIES + " copies",
                        "say --copies 2 or --copies 3");
            }
        }
    }

    /** A pool on these disks; the folder itself as one of them stands for its own pool folder. */
    static PoolConfig disks(DataFolder folder, ArrayConfig.Pool pool, NewDisks made) {
        List<Path> paths = pool.disks().stream().map(folder::disk).toList();
        if (paths.stream().distinct().count() < paths.size()) {
            throw new ApiException(
                    ErrorCode.USAGE, "a disk is named twice", "each copy needs a disk of its own", "name other disks");
        }
        Path first = paths.get(0);
        boolean device = isDevice(first);
        return new PoolConfig(
                        device ? PoolConfig.Medium.DEVICE : PoolConfig.Medium.FOLDER,
                        first,
                        folder.metadata(),
                        device ? 0 : made.capacity(),
                        cacheOr(pool.cacheBytes()),
                        pool.ring())
                .withReadCache(readCache(pool))
                .withMirrors(paths.subList(1, paths.size()), Math.min(made.copies(), paths.size()));
    }

    /** A block device or an image file; what does not exist will be a folder. */
    static boolean isDevice(Path disk) {
        return Files.exists(disk) && !Files.isDirectory(disk);
    }

    /** Makes the folders of disks that do not exist. */
    static void makeFolders(List<Path> disks) {
        for (Path disk : disks) {
            try {
                if (!isDevice(disk)) {
                    Files.createDirectories(disk);
                }
            } catch (IOException failed) {
                throw new ApiException(
                        ErrorCode.NOT_PERMITTED,
                        "cannot make the folder " + disk,
                        String.valueOf(failed),
                        "name a folder that you may write",
                        failed);
            }
        }
    }

    private static long readCache(ArrayConfig.Pool pool) {
        long asked = pool.readCacheBytes();
        if (asked > MachineMemory.bytes() / 2) {
            throw new ApiException(
                    ErrorCode.USAGE,
                    "pool.read_cache is more than half of the machine's memory",
                    "the block map, the network and the system need memory too",
                    "say at most " + ((MachineMemory.bytes() / 2) >> 20) + "M, or leave it out for an eighth");
        }
        return asked == ArrayConfig.Pool.CHOOSE ? MachineMemory.readCache() : asked;
    }

    private static long cacheOr(long asked) {
        return asked == 0 ? MachineMemory.cache() : asked;
    }
}
