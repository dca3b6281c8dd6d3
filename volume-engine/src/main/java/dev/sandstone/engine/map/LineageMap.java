package dev.sandstone.engine.map;

/**
 * The block map of one lineage (one write history).
 *
 * <p>Confined to the shard's loop. Blocks are 4 KiB. Facts are given in LSN order, only when their record is durable,
 * each record closed by {@link BlockMap#advance}.
 */
public interface LineageMap {

    /** The lineage's id, never used for another. */
    long id();

    /**
     * Fills the slice with the newest version of each block, all of one moment, when memory has the answer.
     *
     * @return false when it has not; then {@link #load} and ask again
     */
    boolean lookup(long block, int blocks, MapSlice slice);

    /** Brings into memory what a lookup of this range needs. */
    void load(long block, int blocks, Loaded done);

    /**
     * A DATA record: the blocks lie one after the other from the pointer on.
     *
     * @param birth the record's LSN
     * @param checksums CRC32C of each block from index 0 on; copied
     */
    void write(long birth, long block, int blocks, long pointer, int[] checksums);

    /**
     * A RELOC record: blocks whose newest version still is that of {@code birth} now lie at the pointer; others keep
     * what they have. The birth stays.
     */
    void relocate(long birth, long block, int blocks, long pointer, int[] checksums);

    /** A ZERO record: the blocks read as zeros and take no space. */
    void zero(long birth, long block, long blocks);

    /** An UNMAP record: the blocks read as zeros and take no space. */
    void unmap(long birth, long block, long blocks);

    /** The data of that version is lost on every copy: reads answer POISON until the blocks are written again. */
    void poison(long birth, long block, long blocks);

    /** Blocks that hold data, as of the last fold. */
    long mappedBlocks();

    /** Told on the loop when a load has ended. */
    @FunctionalInterface
    interface Loaded {
        /** @param ok false when the metadata store failed, see {@link BlockMap#failure()} */
        void loaded(boolean ok);
    }
}
