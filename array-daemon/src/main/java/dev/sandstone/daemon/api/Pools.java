package dev.sandstone.daemon.api;

import java.util.List;

/** Answers about the pool. */
public final class Pools {
    private Pools() {}

    /** All in bytes; {@code live + garbage + free + reserve + metadata = capacity}. */
    public record Usage(
            long capacityBytes,
            long liveBytes,
            long garbageBytes,
            long freeBytes,
            long reserveBytes,
            long metadataBytes,
            long provisionedBytes) {}

    /**
     * @param sound whether every invariant holds
     * @param findings each names what is wrong and where
     */
    public record Check(boolean sound, List<String> findings) {}
}
