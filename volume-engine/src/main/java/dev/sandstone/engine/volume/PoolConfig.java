package dev.sandstone.engine.volume;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a pool lives and what it may use.
 *
 * @param medium what holds the log
 * @param path folder (FOLDER), block device or image file (DEVICE); null for MEMORY
 * @param metadata folder of the block map's RocksDB; null for MEMORY
 * @param capacityBytes size of the log; for FOLDER the size of its image file when created, for MEMORY the most it may
 *     take; 0 for what a device or an existing image has
 * @param cacheBytes memory for overlay, leaves and RocksDB together
 * @param ring whether file I/O may use io_uring where the loop has one; else a pool of threads does it
 */
public record PoolConfig(
        Medium medium,
        @Nullable Path path,
        @Nullable Path metadata,
        long capacityBytes,
        long cacheBytes,
        boolean ring) {

    /** What holds the log. */
    public enum Medium {
        FOLDER,
        DEVICE,
        MEMORY
    }
}
