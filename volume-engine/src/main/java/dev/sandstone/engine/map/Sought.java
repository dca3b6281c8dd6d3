package dev.sandstone.engine.map;

/**
 * A version of consecutive blocks, and the answer where it lies.
 *
 * @param lineage that has it
 * @param block the first, 4 KiB each
 * @param birth LSN of the record that made the version
 * @param slice as long as there are blocks; of each what the map has of that birth, elsewhere something else
 * @param displaced whether memory has answered what of it is newest: that stays in the slice, and only history is asked
 */
public record Sought(long lineage, long block, long birth, MapSlice slice, boolean displaced) {}
