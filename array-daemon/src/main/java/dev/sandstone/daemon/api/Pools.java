package dev.sandstone.daemon.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

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
     * The check of every invariant, which reads all data.
     *
     * @param state {@code idle} when there was none yet, {@code running}, {@code done} or {@code failed}
     * @param done segments looked at
     * @param segments in all
     * @param sound whether it is done and every invariant holds
     * @param findings each names what is wrong and where; told when it is done
     * @param cause why it has failed; else null
     */
    public record Check(
            String state,
            long done,
            long segments,
            boolean sound,
            List<String> findings,
            @Nullable String cause) {}
}
