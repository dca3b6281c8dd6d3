package dev.sandstone.engine.cleaner;

/**
 * Consecutive blocks of a version that shows data without owning its record, and where cleaning has put that data.
 *
 * @param lineage who shows them
 * @param block the first
 * @param blocks how many
 * @param birth LSN under which the lineage shows them, which stays (I16)
 * @param pointer where the first lies now
 * @param checksums CRC32C of each
 */
public record MovedReference(long lineage, long block, int blocks, long birth, long pointer, int[] checksums) {}
