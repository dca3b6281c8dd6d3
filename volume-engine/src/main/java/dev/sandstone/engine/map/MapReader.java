package dev.sandstone.engine.map;

/**
 * What tells where blocks lie: a lineage as it is now, or as it was at some moment. Blocks are 4 KiB.
 *
 * <p>Confined to the shard's loop.
 */
public interface MapReader {

    /**
     * Fills the slice with the version of each block, all of one moment, when memory has the answer.
     *
     * @return false when it has not; then {@link #load} and ask again
     */
    boolean lookup(long block, int blocks, MapSlice slice);

    /** Brings into memory what a lookup of this range needs. */
    void load(long block, int blocks, Loaded done);

    /** Told on the loop when a load has ended. */
    @FunctionalInterface
    interface Loaded {
        /** @param ok false when the metadata store failed, see {@link BlockMap#failure()} */
        void loaded(boolean ok);
    }
}
