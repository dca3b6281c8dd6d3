package dev.sandstone.engine.meta;

/**
 * Native memory a store may take.
 *
 * @param cacheBytes what was read from its files
 * @param writeBufferBytes what is committed and not yet in its files
 */
public record MetadataMemory(long cacheBytes, long writeBufferBytes) {
    private static final long LEAST_BYTES = 1 << 20;

    public MetadataMemory {
        if (cacheBytes < LEAST_BYTES || writeBufferBytes < LEAST_BYTES) {
            throw new IllegalArgumentException("a metadata store needs at least 1 MiB of cache and of write buffer");
        }
    }
}
