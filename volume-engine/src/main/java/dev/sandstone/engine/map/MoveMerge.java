package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataBatch;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Lets displaced versions of one lineage follow where cleaning has moved them. Those that are kept no more are passed
 * over.
 */
final class MoveMerge {
    private final MetadataStore store;
    private final MetadataBatch batch;
    private final HeadChange change;
    private final HistRow row = new HistRow();
    private final ByteBuffer key = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);
    private final ByteBuffer end = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);
    private final ByteBuffer value = ByteBuffer.allocate(HistRow.MAX_BYTES);

    MoveMerge(MetadataStore store, MetadataBatch batch, HeadChange change) {
        this.store = store;
        this.batch = batch;
        this.change = change;
    }

    /** @param order indices of the moves by block */
    void put(long lineage, Moves moves, Integer[] order) {
        for (int from = 0; from < order.length; ) {
            long leaf = Leaf.of(moves.block(order[from]));
            int to = from;
            while (to < order.length && Leaf.of(moves.block(order[to])) == leaf) {
                to++;
            }
            leaf(lineage, moves, Arrays.copyOfRange(order, from, to));
            from = to;
        }
    }

    private void leaf(long lineage, Moves moves, Integer[] those) {
        long leaf = Leaf.of(moves.block(those[0]));
        long oldest = Long.MAX_VALUE;
        for (int which : those) {
            oldest = Math.min(oldest, moves.birth(which));
        }
        KeySpace.hist(key, lineage, leaf, oldest + 1);
        KeySpace.hist(end, lineage, leaf, -1);
        try (MetadataCursor rows = store.scan(Table.HIST, key, end)) {
            for (; rows.valid(); rows.next()) {
                row.decode(rows.value());
                boolean changed = false;
                for (int which : those) {
                    changed |= move(moves, which);
                }
                if (changed) {
                    long death = KeySpace.part(rows.key(), 2);
                    batch.put(Table.HIST, KeySpace.hist(key, lineage, leaf, death), row.encode(value));
                }
            }
        }
    }

    private boolean move(Moves moves, int which) {
        int index = Leaf.index(moves.block(which));
        Leaf versions = row.versions;
        if (!row.has(index)
                || versions.births[index] != moves.birth(which)
                || !Pointer.hasData(versions.pointers[index])) {
            return false;
        }
        change.moved(versions.pointers[index], moves.pointer(which));
        row.put(index, moves.pointer(which), moves.birth(which), moves.checksum(which));
        return true;
    }
}
