package dev.sandstone.copy.job;

import dev.sandstone.engine.volume.Volume;

/**
 * A volume that a copy reads or writes.
 *
 * @param descriptorOffset where in the parameter list its CSCD descriptor begins; {@link #NO_DESCRIPTOR} when it has none
 */
public record CopyEnd(Volume volume, Gate gate, int descriptorOffset) {
    public static final int NO_DESCRIPTOR = -1;

    /** Every logical block here has so many bytes. */
    public static final int BLOCK_BYTES = 512;
}
