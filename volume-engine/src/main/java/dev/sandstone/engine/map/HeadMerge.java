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
 * <p>What a piece displaces goes to the {@link HistWriter}, which keeps it when a retained point shows it. A hole that was
 * written before it is a run without data, a <em>tombstone</em>, as long as it matters when it became one: where points are
 * retained, and where the parent would show instead.
 */
final class HeadMerge implements AutoCloseable {
    /** Answer of {@link #blank} when nothing is left. */
    static final long ERASED = -1;

    /** Rows to step over before a seek is the cheaper way. */
    private static final int STEPS = 4;

    private static final long NO_KEY = -1;

    private static final long NONE = -1;

    private final MetadataStore store;
    private final MetadataBatch batch;
    private final HeadChange change;
    private final long lineage;
    private final HistWriter history;
    private final boolean inherits;
    private final ByteBuffer key = ByteBuffer.allocate(KeySpace.HEAD_KEY_BYTES);
    private final ByteBuffer value = ByteBuffer.allocate(RunCodec.MAX_BYTES);
    private @Nullable MetadataCursor cursor;

    /** The run the walk is at, when {@link #holding}. */
    private final Run here = new Run();

    private final Run part = new Run();
    private final Run tombstone = new Run();
    private boolean holding;
    /** It was cut in front and its row not yet written. */
    private boolean cut;
    /** The row under the cursor is {@link #here}, or was. */
    private boolean taken;
    /** A row to be deleted unless the next put takes its key. */
    private long dead = NO_KEY;

    HeadMerge(MetadataStore store, MetadataBatch batch, HeadChange change, FoldInput.Part of) {
        this.store = store;
        this.batch = batch;
        this.change = change;
        lineage = of.lineage();
        inherits = of.inherits();
        history = new HistWriter(batch, change, of);
    }

    /** One that keeps no history, for a lineage without a parent. */
    HeadMerge(MetadataStore store, MetadataBatch batch, HeadChange change, long lineage) {
        this(store, batch, change, new FoldInput.Part(lineage, Generation.EMPTY, 0, Points.NONE, false));
    }

    /** The part may have been begun before: see {@link HistWriter#addTo}. */
    void goOn() {
        history.addTo(store);
    }

    /**
     * Puts a piece, all of whose blocks are beyond those of the last one.
     *
     * @param conditional only where the birth is the same, which it keeps: a relocation
     */
    void put(Run piece, boolean conditional) {
        if (conditional) {
            move(piece);
        } else if (isBlank(piece.pointer)) {
            blank(piece);
        } else {
            long from = piece.first;
            while (from <= piece.last) {
                boolean met = position(from) && here.first <= piece.last;
                long gapEnd = met ? here.first - 1 : piece.last;
                if (from <= gapEnd) {
                    history.absent(from, gapEnd, piece.birth);
                }
                if (!met) {
                    break;
                }
                long high = Math.min(piece.last, here.last);
                displace(Math.max(from, here.first), high, piece.birth);
                from = high + 1;
            }
            write(piece);
            change.added(piece);
        }
    }

    static boolean isBlank(long pointer) {
        return pointer == Pointer.HOLE || pointer == Pointer.ZERO;
    }

    private void move(Run piece) {
        long from = piece.first;
        while (from <= piece.last && position(from) && here.first <= piece.last) {
            long low = Math.max(from, here.first);
            long high = Math.min(piece.last, here.last);
            if (here.birth == piece.birth && here.hasData()) {
                remove(low, high);
                part.slice(piece, low, high);
                write(part);
                change.added(part);
            }
            from = high + 1;
        }
    }

    /** Makes a range hold nothing. What holds nothing already stays as it is. */
    private void blank(Run piece) {
        blank(piece, Integer.MAX_VALUE, false);
    }

    /**
     * Makes a range hold nothing ahead of its part, of at most so many runs and those in the same leaf as the last of them. What
     * held nothing holds nothing of this birth then: so the rest of the part finds nothing there that is older than itself, and
     * has no row of history for a leaf that has one of this batch.
     *
     * @return the block to go on with, or {@link #ERASED}
     */
    long blankAhead(Run piece, int limit) {
        return blank(piece, limit, true);
    }

    private long blank(Run piece, int limit, boolean ahead) {
        long from = piece.first;
        long last = piece.last;
        long grave = NONE;
        boolean marks = inherits || history.keeps();
        int count = 0;
        while (from <= last) {
            boolean met = position(from) && here.first <= last;
            long gapEnd = met ? here.first - 1 : last;
            if (from <= gapEnd && inherits) {
                history.absent(from, gapEnd, piece.birth);
                grave = grave == NONE ? from : grave;
            } else if (from <= gapEnd) {
                grave = bury(piece, grave, from - 1);
            }
            if (!met) {
                from = last + 1;
                break;
            }
            long low = Math.max(from, here.first);
            long high = Math.min(last, here.last);
            if (isBlank(here.pointer) && marks && !ahead) {
                grave = bury(piece, grave, low - 1);
            } else {
                displace(low, high, piece.birth);
                grave = grave == NONE && marks ? low : grave;
                if (++count == limit) {
                    last = Math.min(last, Leaf.first(Leaf.of(high)) + Leaf.BLOCKS - 1);
                }
            }
            from = high + 1;
        }
        bury(piece, grave, last);
        return last == piece.last ? ERASED : last + 1;
    }

    /** Writes the tombstone that begins there, if any. */
    private long bury(Run piece, long from, long to) {
        if (from != NONE) {
            tombstone.set(from, to, piece.pointer, piece.birth);
            write(tombstone);
        }
        return NONE;
    }

    /**
     * Removes runs from a block on that were born after an LSN, looking at most at so many.
     *
     * @return the block to go on with, or {@link #ERASED}
     */
    long removeYounger(long lsn, long from, int limit) {
        long at = from;
        for (int count = 0; position(at); count++) {
            if (count == limit) {
                return here.first;
            }
            at = here.last + 1;
            if (here.birth > lsn) {
                remove(here.first, here.last);
            }
        }
        return ERASED;
    }

    /** Writes what is still held back. */
    void finish() {
        release();
        deleteDead();
        history.finish();
    }

    private void displace(long low, long high, long death) {
        history.displaced(here, low, high, death);
        remove(low, high);
    }

    private void remove(long low, long high) {
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
            ByteBuffer end = ByteBuffer.allocate(KeySpace.HEAD_KEY_BYTES);
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
