package dev.sandstone.engine.volume;

/**
 * What a volume occupies, in bytes.
 *
 * @param logicalBytes its size
 * @param mappedBytes bytes of the size that hold written data (not holes, not zeros), whoever else has them too
 * @param uniqueBytes what would be given back if the volume were destroyed, and nothing else
 * @param sharedBytes mapped bytes that would not: snapshots or other volumes show them too
 * @param borrowedBytes mapped bytes that a copy by reference made it show; whoever showed them first may still. Neither
 *     uniqueBytes nor sharedBytes know of that: such a byte counts as unique for each that shows it
 * @param snapshotBytes what would be given back if its snapshots and its rewind window were dropped, and nothing else
 */
public record VolumeUsage(
        long logicalBytes,
        long mappedBytes,
        long uniqueBytes,
        long sharedBytes,
        long borrowedBytes,
        long snapshotBytes) {
    /** A volume that shares nothing. */
    public VolumeUsage(long logicalBytes, long mappedBytes) {
        this(logicalBytes, mappedBytes, mappedBytes, 0, 0, 0);
    }
}
