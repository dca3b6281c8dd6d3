package dev.sandstone.engine.space;

/**
 * Where the bytes of a shard's log are: {@code live + garbage + free + reserve + metadata = capacity}.
 *
 * @param capacity all segments
 * @param live payload that some block needs (at most a fold more than that)
 * @param garbage payload that nothing needs
 * @param free what writes may still take
 * @param reserve kept for cleaning, UNMAP and deletion
 * @param metadata headers, descriptors, footers, padding
 */
public record SpaceFigures(long capacity, long live, long garbage, long free, long reserve, long metadata) {}
