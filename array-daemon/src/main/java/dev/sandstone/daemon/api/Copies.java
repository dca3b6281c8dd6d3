package dev.sandstone.daemon.api;

import org.jspecify.annotations.Nullable;

/** Requests and answers about copies of whole volumes. */
public final class Copies {
    private Copies() {}

    /**
     * @param to name of the volume that is to hold the same; made when there is none
     * @param from name of a snapshot of the source; absent: the source as it is now
     * @param overwrite whether an existing volume may lose what it holds
     * @param force whether that may happen under the sessions that see it
     */
    public record Start(
            String to,
            @Nullable String from,
            @Nullable Boolean overwrite,
            @Nullable Boolean force) {}

    /**
     * @param state {@code running}, {@code done}, {@code failed} or {@code cancelled}
     * @param copiedBytes how much of the destination is as it is to be
     * @param cause why it failed; null when it did not
     */
    public record View(
            String source,
            String destination,
            String state,
            long copiedBytes,
            long totalBytes,
            @Nullable String cause) {}
}
