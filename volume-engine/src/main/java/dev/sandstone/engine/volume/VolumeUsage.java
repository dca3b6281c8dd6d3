package dev.sandstone.engine.volume;

/**
 * What a volume occupies.
 *
 * @param logicalBytes its size
 * @param mappedBytes bytes of the size that hold written data (not holes, not zeros)
 */
public record VolumeUsage(long logicalBytes, long mappedBytes) {}
