package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.space.SegmentCounts;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A walk over REFS in steps that removes the facts of which nothing is left: the versions they name have gone, or lie
 * elsewhere.
 *
 * <p>A fact is stored with the version it is about, or before, and versions only ever go; so one whose versions the store
 * does not have at its place will never be needed, and to begin again after a crash is harmless.
 *
 * <p>Confined to the metadata writer while a step is under way, else to the loop.
 */
final class RefsSweep {
    private final SegmentCounts kept = new SegmentCounts();
    private final ByteBuffer next = ByteBuffer.allocate(KeySpace.REFS_KEY_BYTES);
    private final ByteBuffer end = KeySpace.refs(ByteBuffer.allocate(KeySpace.REFS_KEY_BYTES), -1);

    RefsSweep() {
        KeySpace.refs(next, 0);
    }

    /** Bytes that are lent, of each segment, as far as the walk has come. */
    SegmentCounts kept() {
        return kept;
    }

    /** Takes a step. */
    FoldResult step(MapCommit commit, int rowsPerStep) {
        FoldResult result = new FoldResult(commit.store().appliedLsn());
        commit.begin();
        boolean last = true;
        int count = 0;
        try (MetadataCursor rows = commit.store().scan(Table.REFS, next, end)) {
            for (; rows.valid(); rows.next()) {
                if (count++ == rowsPerStep) {
                    next.clear().put(rows.key().duplicate()).flip();
                    last = false;
                    break;
                }
                Lending lending = Lending.decode(rows.key(), rows.value());
                int shown = shown(commit, lending);
                kept.add(lending.segment(), (long) shown * BlockMap.BLOCK_BYTES);
                if (shown == 0) {
                    commit.batch().delete(Table.REFS, rows.key());
                }
            }
        }
        commit.commit(result);
        if (last) {
            result.isLast();
        }
        return result;
    }

    /** How many of its blocks are shown from there. */
    private static int shown(MapCommit commit, Lending lending) {
        if (commit.row(lending.lineage()).state() == LineageRow.State.DEAD) {
            return 0;
        }
        HistReader reader = new HistReader(commit.store());
        List<HistReader.Step> path = List.of(new HistReader.Step(lending.lineage(), lending.birth()));
        int shown = 0;
        for (int at = 0; at < lending.blocks(); ) {
            long block = lending.block() + at;
            Leaf image = new Leaf();
            reader.read(path, Leaf.of(block), image);
            for (int i = Leaf.index(block); i < Leaf.BLOCKS && at < lending.blocks(); i++, at++) {
                boolean there =
                        image.births[i] == lending.birth() && image.pointers[i] == Pointer.plus(lending.pointer(), at);
                shown += there ? 1 : 0;
            }
        }
        return shown;
    }
}
