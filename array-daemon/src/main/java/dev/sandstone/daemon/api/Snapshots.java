package dev.sandstone.daemon.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests and answers about snapshots. */
public final class Snapshots {
    private Snapshots() {}

    public record Create(String name) {}

    /** @param force whether it may happen under the sessions that see the volume */
    public record Rollback(@Nullable Boolean force) {}

    /** @param snapshots each {@code VOLUME@SNAPSHOT}, of any volumes */
    public record Chosen(List<String> snapshots) {}

    /**
     * @param snapshots as they were asked about, each once
     * @param reclaimableBytes what deleting all of them would give back, and nothing else
     */
    public record Reclaimable(List<String> snapshots, long reclaimableBytes) {}

    /**
     * @param state {@code ready}; {@code creating} or {@code deleting} when that was cut off and is decided at the next
     *     start; {@code missing} when the pool does not hold it
     * @param kind {@code manual}; {@code undo}: what a volume was before it went back; {@code found}: it had no name
     * @param takenAt ISO 8601, UTC
     * @param held whether it must not be deleted
     * @param group the consistency group that it was taken of; null for one volume alone
     * @param reclaimableBytes what deleting only it would give back; null in a list
     * @param mount where initiators see it; null when they do not
     */
    public record View(
            String volume,
            String name,
            String uuid,
            String state,
            String kind,
            String takenAt,
            long sizeBytes,
            boolean held,
            @Nullable String group,
            @Nullable Long reclaimableBytes,
            @Nullable Mount mount) {}

    /**
     * A snapshot as a read-only LUN.
     *
     * @param name what grants name: {@code VOLUME@SNAPSHOT}
     * @param lun where initiators see it: by all its grants if they agree, else its own number
     * @param naa the NAA identifier of VPD page 83h in hexadecimal
     * @param serial the unit serial number of VPD page 80h
     * @param uris one for each portal
     */
    public record Mount(String name, String iqn, int lun, String naa, String serial, List<String> uris) {}

    public record Page(List<View> items) {}
}
