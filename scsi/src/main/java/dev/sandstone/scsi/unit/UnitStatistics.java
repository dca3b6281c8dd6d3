package dev.sandstone.scsi.unit;

/** What a unit has done since the array started, or since it was set to zero. Touched on the unit's loop only. */
public final class UnitStatistics {
    private static final int BLOCK_SHIFT = 9;

    private long reads;
    private long writes;
    private long readBlocks;
    private long writtenBlocks;

    /** Begins anew. */
    public void reset() {
        reads = 0;
        writes = 0;
        readBlocks = 0;
        writtenBlocks = 0;
    }

    /** A read command of so many bytes. */
    public void read(long bytes) {
        reads++;
        readBlocks += bytes >>> BLOCK_SHIFT;
    }

    /** A write command of so many bytes. */
    public void written(long bytes) {
        writes++;
        writtenBlocks += bytes >>> BLOCK_SHIFT;
    }

    public long reads() {
        return reads;
    }

    public long writes() {
        return writes;
    }

    public long readBlocks() {
        return readBlocks;
    }

    public long writtenBlocks() {
        return writtenBlocks;
    }
}
