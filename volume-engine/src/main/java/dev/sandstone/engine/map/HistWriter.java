package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataBatch;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes what a fold displaces in one lineage and some retained point still shows: rows of HIST, each with its row of
 * DEAD, into the batch that displaces it.
 *
 * <p>Invariant: given by ascending blocks, a leaf at a time, and all that one record displaces in a leaf in one batch:
 * so a row is written once.
 */
final class HistWriter {
    private final MetadataBatch batch;
    private final HeadChange change;
    private final long lineage;
    private final Points points;
    private final List<Row> rows = new ArrayList<>();
    private final ByteBuffer key = ByteBuffer.allocateDirect(KeySpace.HISTORY_KEY_BYTES);
    private final ByteBuffer value = ByteBuffer.allocateDirect(HistRow.MAX_BYTES);
    private int used;
    private long leaf = -1;

    private static final class Row {
        final HistRow versions = new HistRow();
        long death;
        long absent;
        long more;
    }

    HistWriter(MetadataBatch batch, HeadChange change, long lineage, Points points) {
        this.batch = batch;
        this.change = change;
        this.lineage = lineage;
        this.points = points;
    }

    /** Whether any point is retained. */
    boolean keeps() {
        return !points.isEmpty();
    }

    /** The blocks [low, high] of a run are displaced: they are kept when a point shows them. */
    void displaced(Run run, long low, long high, long death) {
        if (!points.need(run.birth, death)) {
            return;
        }
        for (long block = low; block <= high; block++) {
            Row row = row(Leaf.of(block), death);
            long at = block - run.first;
            row.versions.put(
                    Leaf.index(block),
                    Pointer.plus(run.pointer, at),
                    run.birth,
                    run.hasData() ? run.checksum((int) at) : 0);
        }
        change.kept(run, high - low + 1);
    }

    /** The blocks [first, last] were never written before this record. */
    void absent(long first, long last, long death) {
        if (!points.need(0, death)) {
            return;
        }
        long block = first;
        while (block <= last) {
            Row row = row(Leaf.of(block), death);
            long end = Math.min(last, Leaf.first(Leaf.of(block)) + Leaf.BLOCKS - 1);
            row.absent |= bits(Leaf.index(block), Leaf.index(end));
            block = end + 1;
            if (row.absent == -1 && last - end >= Leaf.BLOCKS) {
                row.more = (last - end) / Leaf.BLOCKS;
                block += row.more * Leaf.BLOCKS;
            }
        }
    }

    private static long bits(int from, int to) {
        return (-1L << from) & (-1L >>> (Leaf.BLOCKS - 1 - to));
    }

    private Row row(long ofLeaf, long death) {
        if (ofLeaf != leaf) {
            finish();
            leaf = ofLeaf;
        }
        for (int i = 0; i < used; i++) {
            if (rows.get(i).death == death) {
                return rows.get(i);
            }
        }
        if (used == rows.size()) {
            rows.add(new Row());
        }
        Row row = rows.get(used++);
        row.death = death;
        row.versions.clear();
        row.absent = 0;
        row.more = 0;
        return row;
    }

    /** Writes what is gathered. */
    void finish() {
        for (int i = 0; i < used; i++) {
            Row row = rows.get(i);
            if (row.versions.present != 0) {
                batch.put(Table.HIST, KeySpace.hist(key, lineage, leaf, row.death), row.versions.encode(value));
            }
            batch.put(
                    Table.DEAD,
                    KeySpace.dead(key, lineage, row.death, leaf),
                    new DeadRow(row.absent, row.more).encode(value));
        }
        used = 0;
    }
}
