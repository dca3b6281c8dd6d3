package dev.sandstone.engine.volume;

/**
 * What a volume is created from.
 *
 * @param id chosen by the caller, never used before
 * @param blocks size in 512-byte logical blocks, a multiple of 8, at least 8, at most {@link #MAX_BLOCKS}
 * @param policy when its writes are acknowledged
 */
public record VolumeSpec(VolumeId id, long blocks, WritePolicy policy) {
    /** Bytes of a logical block, everywhere above the map. */
    public static final int BLOCK_BYTES = 512;

    /** 8 PiB. */
    public static final long MAX_BLOCKS = 1L << 44;

    public VolumeSpec {
        if (!isSize(blocks)) {
            throw new IllegalArgumentException("size must be a multiple of 4 KiB from 4 KiB to 8 PiB");
        }
    }

    /** Whether a volume can have so many blocks. */
    public static boolean isSize(long blocks) {
        return blocks >= 8 && blocks <= MAX_BLOCKS && blocks % 8 == 0;
    }
}
