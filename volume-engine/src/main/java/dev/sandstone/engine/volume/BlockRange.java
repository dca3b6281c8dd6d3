package dev.sandstone.engine.volume;

/**
 * A run of 512-byte logical blocks.
 *
 * @param lba first block
 * @param blocks how many; may be zero
 */
public record BlockRange(long lba, long blocks) {
    public BlockRange {
        if (lba < 0 || blocks < 0 || lba + blocks < 0) {
            throw new IllegalArgumentException("not a block range: lba " + lba + ", blocks " + blocks);
        }
    }

    /** The block after the last one. */
    public long end() {
        return lba + blocks;
    }
}
