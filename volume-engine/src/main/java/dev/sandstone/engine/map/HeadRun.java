package dev.sandstone.engine.map;

/**
 * A run of the head table, or a piece of the history: consecutive blocks of one version that lie one after the other.
 *
 * @param lineage whose blocks
 * @param block the first
 * @param blocks how many
 * @param pointer where the first lies
 * @param birth LSN of the write that made them
 * @param death LSN of the write that displaced them; 0 for the newest version
 * @param checksums CRC32C of each block; empty where the pointer has no data
 */
public record HeadRun(long lineage, long block, long blocks, long pointer, long birth, long death, int[] checksums) {
    /** Whether it is not the newest version. */
    public boolean displaced() {
        return death != 0;
    }
}
