package dev.sandstone.engine.volume;

import java.time.Instant;

/**
 * A volume as it was at one record of the log; immutable.
 *
 * @param id chosen by whoever took it
 * @param volume whose content it is; the volume may be gone
 * @param lsn the record: all acknowledged before are in it, none after; members of a group have the same
 * @param taken wall clock at that record
 * @param blocks size of the volume then, in 512-byte blocks
 */
public record Snapshot(SnapshotId id, VolumeId volume, long lsn, Instant taken, long blocks) {}
