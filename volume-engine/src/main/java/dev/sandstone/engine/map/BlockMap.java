package dev.sandstone.engine.map;

import dev.sandstone.engine.meta.MetadataException;
import dev.sandstone.engine.meta.Table;
import org.jspecify.annotations.Nullable;

/**
 * Where every block of a shard lies: memory for what is new or hot, the metadata store for the rest.
 *
 * <p>Confined to the shard's loop; the store is used on the threads given at opening. The map is a function of the log:
 * it takes facts in LSN order and what it has stored is exactly the fold of the records 1 to {@link #foldedLsn()}.
 */
public interface BlockMap {
    /** Bytes of a map block. */
    int BLOCK_BYTES = 4096;

    /** The map of a lineage, made when unknown. */
    LineageMap lineage(long id);

    /**
     * Closes a record: all its facts were given. LSNs are dense; records without facts are closed too.
     *
     * @param lsn one more than the last
     */
    void advance(long lsn);

    /** The last record closed; after opening, what the store has. */
    long advancedLsn();

    /** The last record whose facts the store has. */
    long foldedLsn();

    /** The last record whose facts the store keeps through a crash: the free barrier, and where recovery starts. */
    long flushedLsn();

    /** A row that becomes durable together with the record under way; a null value removes it. Arrays are kept. */
    void row(Table table, byte[] key, byte @Nullable [] value);

    /**
     * The lineage is deleted by the record under way. Its map must not be used any more; its runs are removed in the
     * background, also after a restart.
     */
    void destroy(long lineage);

    /** Whether lineages deleted earlier still have runs in the store. */
    boolean reaping();

    /** Brings all records advanced so far into the store; done on the loop. */
    void fold(Folded done);

    /** Folds, then flushes: afterwards {@link #flushedLsn()} is at least what {@link #advancedLsn()} is now. */
    void flush(Folded done);

    /** Whether memory is short because folding lags behind; then admit no writes until {@link #onRelief}. */
    boolean pressed();

    /** Runs the task on the loop, once, when the pressure is gone or the map has failed. */
    void onRelief(Runnable task);

    /** Why the map can fold and load no more; null while it can. Lookups answered from memory go on. */
    @Nullable
    MetadataException failure();

    /** Told on the loop when a fold or flush has ended. */
    @FunctionalInterface
    interface Folded {
        /** @param ok false when the metadata store failed, see {@link BlockMap#failure()} */
        void folded(boolean ok);
    }
}
