package dev.sandstone.daemon.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests and answers about volumes in time. A moment is the name of a snapshot, or a time. */
public final class VolumeTimes {
    private VolumeTimes() {}

    /**
     * @param name of the new volume
     * @param from absent: now
     */
    public record Clone(String name, @Nullable String from) {}

    /**
     * @param to which moment
     * @param force whether it may happen under the sessions that see the volume
     */
    public record Rewind(String to, @Nullable Boolean force) {}

    /**
     * @param origin what it was cloned from, {@code VOLUME}, {@code VOLUME@SNAPSHOT} or {@code VOLUME@TIME}; null for
     *     one that was made empty
     * @param rewindFrom the earliest time it can be rewound to, ISO 8601; null when there is none
     * @param events oldest first
     */
    public record History(
            String volume,
            @Nullable String origin,
            long rewindWindowS,
            @Nullable String rewindFrom,
            List<Event> events) {}

    /**
     * @param at ISO 8601, UTC
     * @param what {@code created}, {@code snapshot}, {@code undo}, {@code found} or {@code clone}
     * @param name of the snapshot or the clone; of the volume itself when created
     */
    public record Event(String at, String what, String name) {}

    /**
     * Where the bytes of a volume are.
     *
     * @param logicalBytes its size
     * @param mappedBytes what holds written data as the volume is now
     * @param uniqueBytes of these, what only the volume as it is now holds
     * @param sharedBytes of these, what snapshots or clones hold too
     * @param borrowedBytes of these, what a copy by reference made the volume show; others may show it too, which neither
     *     of the two above knows
     * @param snapshotBytes what only its snapshots and its rewind window hold
     * @param reclaimableBytes what deleting all its snapshots would give back
     * @param snapshots what deleting only that one would give back; together often less than all at once
     */
    public record Usage(
            String volume,
            long logicalBytes,
            long mappedBytes,
            long uniqueBytes,
            long sharedBytes,
            long borrowedBytes,
            long snapshotBytes,
            long reclaimableBytes,
            List<SnapshotUsage> snapshots) {}

    public record SnapshotUsage(String name, String takenAt, long reclaimableBytes) {}

    /**
     * @param extents ascending, disjoint
     * @param next the byte where the next part begins; null at the end
     * @param from the earlier moment, as the next part is to name it
     * @param to the later one; where that was left away, the now of this part
     */
    public record Changes(List<Extent> extents, @Nullable Long next, String from, String to) {}

    public record Extent(long offsetBytes, long lengthBytes) {}
}
