package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataBatch;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Puts ascending pieces over the runs of one lineage, into a batch: runs that a piece meets are cut or removed.
 *
 * <p>Invariants: runs never overlap (I6); the row of a run is keyed by its last block, so a run that is cut in front
 * keeps its key; a row is deleted only when no later put of the batch takes its key.
 *
 * <p>What a piece displaces is dropped: no point in time before it is retained.
 */
final class HeadMerge implements AutoCloseable {
    /** Answer of {@link #erase} when nothing is left. */
    static final long ERASED = -1;

    /** Rows to step over before a seek is the cheaper way. */
    private static final int STEPS = 4;

    private static final long NO_KEY = -1;

    private final MetadataStore store;
    private final MetadataBatch batch;
    private final HeadChange change;
    private final long lineage;
    private final ByteBuffer key = ByteBuffer.allocateDirect(KeySpace.HEAD_KEY_BYTES);
    private final ByteBuffer value = ByteBuffer.allocateDirect(RunCodec.MAX_BYTES);
    private @Nullable MetadataCursor cursor;

    /** The run the walk is at, when {@link #holding}. */
    private final Run here = new Run();

    private final Run part = new Run();
    private boolean holding;
    /** It was cut in front and its row not yet written. */
    private boolean cut;
    /** The row under the cursor is {@link #here}, or was. */
    private boolean taken;
    /** A row to be deleted unless the next put takes its key. */
    private long dead = NO_KEY;

    HeadMerge(MetadataStore store, MetadataBatch batch, HeadChange change, long lineage) {
        this.store = store;
        this.batch = batch;
        this.change = change;
        this.lineage = lineage;
    }

    /**
     * Puts a piece, all of whose blocks are beyond those of the last one.
     *
     * @param conditional only where the birth is the same, which it keeps: a relocation
     */
    void put(Run piece, boolean conditional) {
        long from = piece.first;
        while (position(from) && here.first <= piece.last) {
            long low = Math.max(from, here.first);
            long high = Math.min(piece.last, here.last);
            if (!conditional) {
                displace(low, high);
            } else if (here.birth == piece.birth && here.hasData()) {
                displace(low, high);
                part.slice(piece, low, high);
                write(part);
                change.added(part);
            }
            if (high == piece.last) {
                break;
            }
            from = high + 1;
        }
        if (!conditional && piece.pointer != Pointer.HOLE && piece.pointer != Pointer.ZERO) {
            write(piece);
            change.added(piece);
        }
    }

    /**
     * Removes what lies in a range, at most so many runs.
     *
     * @return the block to go on with, or {@link #ERASED}
     */
    long erase(long first, long last, int limit) {
        long from = first;
        int count = 0;
        while (position(from) && here.first <= last) {
            if (count++ == limit) {
                return Math.max(from, here.first);
            }
            long high = Math.min(last, here.last);
            displace(Math.max(from, here.first), high);
            if (high == last) {
                break;
            }
            from = high + 1;
        }
        return ERASED;
    }

    /** Writes what is still held back. */
    void finish() {
        release();
        deleteDead();
    }

    private void displace(long low, long high) {
        change.removed(here, high - low + 1);
        if (here.first < low) {
            part.slice(here, here.first, low - 1);
            write(part);
        }
        if (here.last > high) {
            here.cutFront(high + 1);
            cut = true;
        } else {
            deleteDead();
            dead = here.last;
            holding = false;
            cut = false;
        }
    }

    /** Goes to the first run that ends at or after the block. */
    private boolean position(long block) {
        if (holding && here.last >= block) {
            return true;
        }
        release();
        MetadataCursor rows = rows(block);
        int steps = 0;
        while (rows.valid() && (taken || KeySpace.headLastBlock(rows.key()) < block)) {
            taken = false;
            if (steps++ < STEPS) {
                rows.next();
            } else {
                rows.seek(KeySpace.head(key, lineage, block));
            }
        }
        if (!rows.valid()) {
            return false;
        }
        RunCodec.decode(rows.key(), rows.value(), here);
        taken = true;
        holding = true;
        return true;
    }

    private MetadataCursor rows(long block) {
        MetadataCursor rows = cursor;
        if (rows == null) {
            ByteBuffer end = ByteBuffer.allocateDirect(KeySpace.HEAD_KEY_BYTES);
            rows = store.scan(
                    Table.HEAD, KeySpace.head(key, lineage, block), KeySpace.head(end, lineage, Long.MAX_VALUE));
            cursor = rows;
        }
        return rows;
    }

    private void release() {
        if (holding && cut) {
            write(here);
        }
        holding = false;
        cut = false;
    }

    private void write(Run run) {
        if (dead == run.last) {
            dead = NO_KEY;
        } else {
            deleteDead();
        }
        batch.put(Table.HEAD, KeySpace.head(key, lineage, run.last), RunCodec.encode(value, run));
    }

    private void deleteDead() {
        if (dead != NO_KEY) {
            batch.delete(Table.HEAD, KeySpace.head(key, lineage, dead));
            dead = NO_KEY;
        }
    }

    @Override
    public void close() {
        if (cursor != null) {
            cursor.close();
        }
    }
}
