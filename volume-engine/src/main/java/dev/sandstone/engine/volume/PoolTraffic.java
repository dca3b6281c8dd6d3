package dev.sandstone.engine.volume;

/**
 * What was appended to a pool's log since the pool was opened, each byte once however many copies of it there are.
 * {@code (written + moved) / written} is the write amplification by cleaning.
 *
 * @param writtenBytes blocks that initiators and copies have written
 * @param movedBytes blocks that cleaning has moved
 * @param logBytes all together, with the heads of batches and padding
 */
public record PoolTraffic(long writtenBytes, long movedBytes, long logBytes) {}
