package dev.sandstone.engine.volume;

/**
 * Where a pool's bytes are. {@code live + garbage + free + reserve + metadata = capacity}, always.
 *
 * @param capacityBytes all segments of the pool
 * @param liveBytes log bytes some volume still needs
 * @param garbageBytes log bytes nothing needs, to be reclaimed by cleaning
 * @param freeBytes what writes may still take
 * @param reserveBytes kept for cleaning, UNMAP and deletion
 * @param metadataBytes headers, descriptors, footers, padding
 */
public record PoolUsage(
        long capacityBytes, long liveBytes, long garbageBytes, long freeBytes, long reserveBytes, long metadataBytes) {}
