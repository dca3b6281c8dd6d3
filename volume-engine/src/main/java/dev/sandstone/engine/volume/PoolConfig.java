package dev.sandstone.engine.volume;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a pool lives and what it may use.
 *
 * @param medium what holds the log
 * @param path folder (FOLDER), block device or image file (DEVICE); null for MEMORY
 * @param metadata folder of the block map's RocksDB; null for MEMORY. Beside it the pool remembers where its other disks
 *     are
 * @param capacityBytes size of the log; for FOLDER the size of each image file when created, for MEMORY the most it may
 *     take; 0 for what a device or an existing image has
 * @param cacheBytes memory for overlay, leaves and RocksDB together
 * @param readCacheBytes memory for contents of blocks; 0 for none
 * @param ring whether file I/O may use io_uring where the loop has one; else a pool of threads does it
 * @param mirrors more disks, each a path like the first: those that a pool begins with, and where to look for those of a
 *     pool that exists beside where they were last
 * @param copies on how many disks each segment is, when a pool is created: 1 to 3, and not more than there are disks
 */
public record PoolConfig(
        Medium medium,
        @Nullable Path path,
        @Nullable Path metadata,
        long capacityBytes,
        long cacheBytes,
        long readCacheBytes,
        boolean ring,
        List<Path> mirrors,
        int copies) {

    public PoolConfig {
        mirrors = List.copyOf(mirrors);
        if (copies < 1 || copies > 3) {
            throw new IllegalArgumentException("a pool keeps 1 to 3 copies, not " + copies);
        }
    }

    /** A pool that begins with one disk, keeps two copies of everything once it has more, and no contents in memory. */
    public PoolConfig(
            Medium medium,
            @Nullable Path path,
            @Nullable Path metadata,
            long capacityBytes,
            long cacheBytes,
            boolean ring) {
        this(medium, path, metadata, capacityBytes, cacheBytes, 0, ring, List.of(), 2);
    }

    /** What holds the log. */
    public enum Medium {
        FOLDER,
        DEVICE,
        MEMORY
    }

    /** The same with these disks beside the first. */
    public PoolConfig withMirrors(List<Path> others, int wantedCopies) {
        return new PoolConfig(
                medium, path, metadata, capacityBytes, cacheBytes, readCacheBytes, ring, others, wantedCopies);
    }

    /** The same with so much memory for contents of blocks. */
    public PoolConfig withReadCache(long bytes) {
        return new PoolConfig(medium, path, metadata, capacityBytes, cacheBytes, bytes, ring, mirrors, copies);
    }
}
