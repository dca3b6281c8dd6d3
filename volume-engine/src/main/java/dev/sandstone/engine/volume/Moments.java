package dev.sandstone.engine.volume;

import dev.sandstone.engine.recovery.MarkRow;
import dev.sandstone.engine.recovery.SnapshotRow;

/** Finds which record of which lineage a moment of a volume is. Confined to the shard's loop. */
final class Moments {
    private final VolumeAdmin volumes;
    private final SnapshotAdmin snapshots;
    private final RewindAdmin rewind;

    /**
     * Where a moment is.
     *
     * @param lsn 0: now
     * @param blocks size of the volume then, in 512-byte blocks
     */
    record Place(long lineage, long lsn, long blocks) {}

    Moments(VolumeAdmin volumes, SnapshotAdmin snapshots, RewindAdmin rewind) {
        this.rewind = rewind;
        this.volumes = volumes;
        this.snapshots = snapshots;
    }

    LogVolume existing(VolumeId volume) {
        return volumes.existing(volume);
    }

    /** The moment with now nailed to the newest record, so that it can be asked for again. */
    Moment nailed(VolumeId volume, Moment moment) {
        return moment instanceof Moment.Now
                ? new Moment.Seen(volumes.existing(volume).lineage(), volumes.newestRecord())
                : moment;
    }

    /**
     * A moment that only a comparison asks for.
     *
     * @throws EngineException as {@link #find}; OUT_OF_RANGE for what was seen of a history that the volume has left
     */
    Place compared(VolumeId volume, Moment moment) {
        if (moment instanceof Moment.Seen seen) {
            LogVolume of = volumes.existing(volume);
            if (seen.lineage() != of.lineage() || seen.record() < 1 || seen.record() > volumes.newestRecord()) {
                throw new EngineException(
                        EngineStatus.OUT_OF_RANGE,
                        "the volume has gone back meanwhile; the comparison must begin again");
            }
            return new Place(of.lineage(), seen.record(), of.blocks());
        }
        return find(volume, moment);
    }

    /** @throws EngineException NOT_FOUND, or OUT_OF_RANGE for a time outside the window */
    Place find(VolumeId volume, Moment moment) {
        if (moment instanceof Moment.Of of) {
            SnapshotRow row = snapshots.existing(of.snapshot());
            if (!row.volume().equals(volume.uuid())) {
                throw new EngineException(
                        EngineStatus.NOT_FOUND, "snapshot " + of.snapshot() + " is not one of volume " + volume);
            }
            return new Place(row.lineage(), row.lsn(), row.blocks());
        }
        LogVolume of = volumes.existing(volume);
        if (moment instanceof Moment.Seen) {
            throw new EngineException(EngineStatus.OUT_OF_RANGE, "nothing is kept of " + moment);
        }
        if (moment instanceof Moment.At at) {
            MarkRow mark = rewind.at(volume, at.time());
            return new Place(mark.lineage(), mark.lsn(), mark.blocks());
        }
        return new Place(of.lineage(), 0, of.blocks());
    }
}
