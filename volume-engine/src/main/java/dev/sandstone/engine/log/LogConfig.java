package dev.sandstone.engine.log;

import java.util.UUID;

/**
 * Whose log is written, and from where on.
 *
 * @param pool identity of the pool
 * @param shard which log of the pool
 * @param epoch of this opening
 * @param lastLsn the last LSN of the log so far, all of it durable
 */
public record LogConfig(UUID pool, int shard, int epoch, long lastLsn) {}
