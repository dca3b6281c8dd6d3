package dev.sandstone.engine.cache;

/**
 * What a cache has done since it is there.
 *
 * @param hits blocks that were asked for and given
 * @param misses blocks that were asked for and not there
 * @param bytes memory that it has taken for contents
 */
public record CacheFigures(long hits, long misses, long bytes) {}
