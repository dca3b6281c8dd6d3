package dev.sandstone.engine.volume;

/**
 * Consecutive blocks that are all mapped, or all not.
 *
 * @param lba first 512-byte block
 * @param blocks how many
 * @param mapped whether they hold written data; blocks that do not read as zeros
 */
public record ExtentStatus(long lba, long blocks, boolean mapped) {}
