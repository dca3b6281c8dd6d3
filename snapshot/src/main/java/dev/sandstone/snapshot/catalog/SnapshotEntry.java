package dev.sandstone.snapshot.catalog;

import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.VolumeId;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot's name and what the engine does not know of it; content, size and record live in the engine alone. Fields that
 * come later (who made it on which schedule, when it may go) are absent in older entries, so they must be nullable.
 *
 * @param uuid the engine's id
 * @param volume whose snapshot it is; that volume has an entry elsewhere
 * @param name unique among the snapshots of the volume
 * @param takenMicros wall clock of its moment; of the request while CREATING
 * @param heldMicros since when it must not be deleted; null when it may
 * @param group the consistency group it was taken of, with one moment for all members; null for one volume alone
 */
public record SnapshotEntry(
        UUID uuid,
        UUID volume,
        String name,
        SnapshotKind kind,
        SnapshotStep step,
        long takenMicros,
        @Nullable Long heldMicros,
        @Nullable String group) {
    /** What keys and commands can carry: no slash, no at sign, no blank. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    public SnapshotEntry {
        if (!isName(name)) {
            throw new IllegalArgumentException("not a name of a snapshot: " + name);
        }
    }

    /** Whether a snapshot or a group can be called so. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** One that is about to be taken. */
    public static SnapshotEntry wanted(VolumeId volume, String name, SnapshotKind kind, @Nullable String group) {
        return new SnapshotEntry(
                UUID.randomUUID(), volume.uuid(), name, kind, SnapshotStep.CREATING, Clock.micros(), null, group);
    }

    public SnapshotId id() {
        return new SnapshotId(uuid);
    }

    public VolumeId volumeId() {
        return new VolumeId(volume);
    }

    public boolean held() {
        return heldMicros != null;
    }

    /** The pool has it, with the content of that time. */
    public SnapshotEntry ready(long micros) {
        return new SnapshotEntry(uuid, volume, name, kind, SnapshotStep.READY, micros, heldMicros, group);
    }

    public SnapshotEntry deleting() {
        return new SnapshotEntry(uuid, volume, name, kind, SnapshotStep.DELETING, takenMicros, heldMicros, group);
    }

    /** From now on it must not be deleted. */
    public SnapshotEntry hold() {
        return new SnapshotEntry(uuid, volume, name, kind, step, takenMicros, Clock.micros(), group);
    }

    public SnapshotEntry release() {
        return new SnapshotEntry(uuid, volume, name, kind, step, takenMicros, null, group);
    }
}
