package dev.sandstone.daemon.catalog;

import dev.sandstone.engine.volume.VolumeId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A volume's name and what the engine does not know of it; size and write policy live in the engine alone. A snapshot that
 * initiators may see has such an entry as well, see {@link #isMount}.
 *
 * @param uuid of the volume; of the snapshot for a mount
 * @param lun its number, chosen at creation: the LUN wherever nothing else is asked
 * @param physicalBlock bytes, 512 or 4096
 * @param createdMicros wall clock
 * @param origin what it was cloned from, as a person names it; null for one that was made empty
 */
public record VolumeEntry(
        String name,
        UUID uuid,
        int lun,
        int physicalBlock,
        boolean removable,
        boolean readOnly,
        long createdMicros,
        @Nullable String origin) {
    /** Parts the volume from the moment in the name of a mount and in an origin; no name holds it. */
    public static final String AT = "@";

    public VolumeId id() {
        return new VolumeId(uuid);
    }

    /** Whether this is a snapshot that initiators may see, named {@code VOLUME@SNAPSHOT}. */
    public boolean isMount() {
        return name.contains(AT);
    }

    /** The mount of one of this volume's snapshots, at a number of its own. */
    public VolumeEntry mountOf(String snapshot, UUID snapshotId, int number, long micros) {
        return new VolumeEntry(name + AT + snapshot, snapshotId, number, physicalBlock, removable, true, micros, null);
    }

    public VolumeEntry withReadOnly(boolean value) {
        return new VolumeEntry(name, uuid, lun, physicalBlock, removable, value, createdMicros, origin);
    }
}
