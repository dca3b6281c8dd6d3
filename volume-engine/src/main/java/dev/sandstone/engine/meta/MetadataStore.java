package dev.sandstone.engine.meta;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The durable, ordered tables of one shard.
 *
 * <p>Contract:
 *
 * <ul>
 *   <li>Keys are compared as unsigned bytes.
 *   <li>{@link #commit} is atomic over all tables: a reader, and what is found after a crash, sees all of a batch or
 *       nothing of it.
 *   <li>A crash leaves the state after some earlier commit, never older than the last completed {@link #flush}.
 *   <li>One thread at a time commits or flushes; any thread reads meanwhile.
 *   <li>Every method may block on the disk: never call it on a shard's loop.
 * </ul>
 *
 * @see MetadataException thrown by each method when the store has failed or is closed
 */
public interface MetadataStore extends AutoCloseable {

    /** Applies the batch; its LSN becomes {@link #appliedLsn()}. The batch may be reused afterwards. */
    void commit(MetadataBatch batch);

    /** The LSN of the newest batch, 0 when there was none. */
    long appliedLsn();

    /** Makes every batch committed before the call survive a crash. */
    void flush();

    /** The LSN that a crash cannot take back: a lower bound of what {@link #appliedLsn()} is after it. */
    long flushedLsn();

    /** The value of a key, position to limit; null when absent. The buffer is the caller's. */
    @Nullable
    ByteBuffer get(Table table, ByteBuffer key);

    /**
     * Opens a cursor over the keys of a table in [from, to) as they are now; later commits do not show. Both are
     * copied. The thread that opened it must close it, soon, and before it commits.
     */
    MetadataCursor scan(Table table, ByteBuffer from, ByteBuffer to);

    /** Bytes on disk, about. */
    long sizeBytes();

    /** Bytes that its file system can still take. */
    long roomBytes();

    /** Flushes unless failed, and releases everything. Idempotent. */
    @Override
    void close();
}
