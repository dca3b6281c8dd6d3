package dev.sandstone.engine.map;

/**
 * A run of the head table: consecutive blocks of one version that lie one after the other.
 *
 * @param lineage whose blocks
 * @param block the first
 * @param blocks how many
 * @param pointer where the first lies
 * @param birth LSN of the write that made them
 * @param checksums CRC32C of each block; empty where the pointer has no data
 */
public record HeadRun(long lineage, long block, long blocks, long pointer, long birth, int[] checksums) {}
