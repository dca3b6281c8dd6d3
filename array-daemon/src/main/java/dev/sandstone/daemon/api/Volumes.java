package dev.sandstone.daemon.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests and answers about volumes. */
public final class Volumes {
    private Volumes() {}

    /**
     * @param sizeBytes a multiple of 4 KiB
     * @param physicalBlock 512 or 4096, absent: 4096
     * @param writePolicy {@code durable} or {@code write-back}, absent: durable
     */
    public record Create(
            String name,
            long sizeBytes,
            @Nullable Integer physicalBlock,
            @Nullable Boolean removable,
            @Nullable Boolean readOnly,
            @Nullable String writePolicy) {}

    /**
     * What is absent stays as it is.
     *
     * @param rewindWindowS how far back the volume can be rewound, in seconds, at most 30 days; 0 ends it
     */
    public record Update(
            @Nullable String writePolicy,
            @Nullable Boolean readOnly,
            @Nullable Long rewindWindowS) {}

    /**
     * @param truncate whether data beyond a smaller size may be dropped
     */
    public record Resize(long sizeBytes, @Nullable Boolean truncate) {}

    /**
     * @param state {@code ready}, or {@code missing} when the pool does not hold its data
     * @param usedBytes bytes that hold written data
     * @param lun where initiators see it: by all its grants if they agree, else its own number
     * @param naa the NAA identifier of VPD page 83h in hexadecimal
     * @param serial the unit serial number of VPD page 80h
     * @param uris one for each portal
     * @param origin what it was cloned from; null for one that was made empty
     * @param snapshots how many it has
     * @param rewindWindowS how far back it can be rewound, in seconds
     * @param depth how many write histories stand behind its own: 0 for one that depends on no other
     * @param detachedPercent how much of a detachment under way is done; null when none is
     */
    public record View(
            String name,
            String uuid,
            String state,
            long sizeBytes,
            long usedBytes,
            String iqn,
            int lun,
            String naa,
            String serial,
            String writePolicy,
            int physicalBlock,
            boolean removable,
            boolean readOnly,
            List<String> uris,
            @Nullable String origin,
            int snapshots,
            long rewindWindowS,
            int depth,
            @Nullable Integer detachedPercent) {}

    public record Page(List<View> items) {}
}
