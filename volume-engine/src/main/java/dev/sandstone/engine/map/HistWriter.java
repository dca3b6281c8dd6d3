package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataBatch;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a fold displaces in one lineage and some retained point still shows: rows of HIST, each with its row of
 * DEAD, into the batch that displaces it.
 *
 * <p>All that is displaced in a leaf between two points shares a row: no point tells when within that time a version was
 * displaced, so all of it dies with the earliest record that this part of the overlay can hold. That record is later than all
 * of the parts before, so rows of different folds never have one key; and a block has one version in such a row, because of
 * those that were born in between no point shows any.
 *
 * <p>Invariant: given by ascending blocks, a leaf at a time, each block once, and all that a part displaces in a leaf in one
 * batch: so a row is written once.
 *
 * <p>Rows of either table go into the batch in the order of their keys, for a store takes those most cheaply: of HIST leaf by
 * leaf, of DEAD all at the end.
 */
final class HistWriter {
    private static final int NONE = -1;

    private final MetadataBatch batch;
    private final HeadChange change;
    private final long lineage;
    private final long after;
    private final Points points;
    private final TimeIndex index;
    /** Where rows may be that are added to; null: there are none. */
    private @Nullable MetadataStore begun;

    private final ByteBuffer key = ByteBuffer.allocateDirect(KeySpace.HISTORY_KEY_BYTES);
    private final ByteBuffer value = ByteBuffer.allocateDirect(HistRow.MAX_BYTES);

    // the leaf at hand

    private long leaf = -1;
    private final Leaf versions = new Leaf();
    /** Of a version the next one of the same row. */
    private final int[] next = new int[Leaf.BLOCKS];
    // a row for each time between two points

    private int rows;
    private final long[] deaths = new long[Leaf.BLOCKS];
    private final int[] first = new int[Leaf.BLOCKS];
    private final int[] last = new int[Leaf.BLOCKS];
    private final long[] absent = new long[Leaf.BLOCKS];
    private final long[] more = new long[Leaf.BLOCKS];

    HistWriter(MetadataBatch batch, HeadChange change, FoldInput.Part of) {
        this.batch = batch;
        this.change = change;
        lineage = of.lineage();
        after = of.after();
        points = of.points();
        index = new TimeIndex(batch, lineage);
    }

    /**
     * Rows that the store has with the keys of this writer's are added to. A fold that a crash cut short leaves such rows
     * where an earlier version of the engine began it, which displaced less ahead of a part than this one does.
     */
    void addTo(MetadataStore store) {
        begun = store;
    }

    /** Whether any point is retained. */
    boolean keeps() {
        return !points.isEmpty();
    }

    /** The record from which on no point shows what a later one displaces, as far as this part goes. */
    private long death(long displacing) {
        return Math.max(after, points.before(displacing)) + 1;
    }

    /** The blocks [low, high] of a run are displaced by a record: they are kept when a point shows them. */
    void displaced(Run run, long low, long high, long displacing) {
        if (!points.need(run.birth, displacing)) {
            return;
        }
        long death = death(displacing);
        for (long block = low; block <= high; block++) {
            int row = row(Leaf.of(block), death);
            int at = Leaf.index(block);
            versions.pointers[at] = Pointer.plus(run.pointer, block - run.first);
            versions.births[at] = run.birth;
            versions.checksums[at] = run.hasData() ? run.checksum((int) (block - run.first)) : 0;
            next[at] = NONE;
            if (first[row] == NONE) {
                first[row] = at;
            } else {
                next[last[row]] = at;
            }
            last[row] = at;
        }
        change.kept(run, high - low + 1);
    }

    /** The blocks [from, to] were never written before this record. */
    void absent(long from, long to, long writing) {
        if (!points.need(0, writing)) {
            return;
        }
        long death = death(writing);
        long block = from;
        while (block <= to) {
            int row = row(Leaf.of(block), death);
            long end = Math.min(to, Leaf.first(Leaf.of(block)) + Leaf.BLOCKS - 1);
            absent[row] |= bits(Leaf.index(block), Leaf.index(end));
            block = end + 1;
            if (absent[row] == -1 && to - end >= Leaf.BLOCKS) {
                more[row] = (to - end) / Leaf.BLOCKS;
                block += more[row] * Leaf.BLOCKS;
            }
        }
    }

    private static long bits(int from, int to) {
        return (-1L << from) & (-1L >>> (Leaf.BLOCKS - 1 - to));
    }

    private int row(long ofLeaf, long death) {
        if (ofLeaf != leaf) {
            finishLeaf();
            leaf = ofLeaf;
        }
        for (int row = rows - 1; row >= 0; row--) {
            if (deaths[row] == death) {
                return row;
            }
        }
        deaths[rows] = death;
        first[rows] = NONE;
        absent[rows] = 0;
        more[rows] = 0;
        return rows++;
    }

    /** Writes what is gathered. */
    void finish() {
        finishLeaf();
        index.write();
    }

    private void finishLeaf() {
        for (int left = rows; left > 0; left--) {
            // There are a few: each time the one that comes next is sought.
            int row = 0;
            for (int i = 1; i < left; i++) {
                row = deaths[i] < deaths[row] ? i : row;
            }
            MetadataStore of = begun;
            if (of != null) {
                addTo(of, row);
            } else if (first[row] != NONE) {
                batch.put(Table.HIST, KeySpace.hist(key, lineage, leaf, deaths[row]), encode(first[row]));
            }
            index.add(deaths[row], leaf, absent[row], more[row]);
            replace(row, left - 1);
        }
        rows = 0;
    }

    private void addTo(MetadataStore store, int row) {
        ByteBuffer dead = store.get(Table.DEAD, KeySpace.dead(key, lineage, deaths[row], leaf));
        if (dead != null) {
            DeadRow there = DeadRow.decode(dead);
            absent[row] |= there.absent();
            more[row] = Math.max(more[row], there.more());
        }
        if (first[row] == NONE) {
            return;
        }
        HistRow all = new HistRow();
        ByteBuffer there = store.get(Table.HIST, KeySpace.hist(key, lineage, leaf, deaths[row]));
        if (there != null) {
            all.decode(there);
        }
        for (int at = first[row]; at != NONE; at = next[at]) {
            all.put(at, versions.pointers[at], versions.births[at], versions.checksums[at]);
        }
        batch.put(Table.HIST, key, all.encode(value));
    }

    private void replace(int row, int by) {
        deaths[row] = deaths[by];
        first[row] = first[by];
        absent[row] = absent[by];
        more[row] = more[by];
    }

    /** The row of the versions from one on. */
    private ByteBuffer encode(int from) {
        HistRow.begin(value);
        for (int at = from; at != NONE; ) {
            int end = at + 1;
            int following = next[at];
            while (following == end && versions.goesOn(at, end)) {
                following = next[end++];
            }
            HistRow.piece(value, versions, at, end);
            at = following;
        }
        return value.flip();
    }
}
