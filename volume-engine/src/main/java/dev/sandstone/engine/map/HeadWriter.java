package dev.sandstone.engine.map;

import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;

/**
 * Folds: makes the metadata store have what happened up to some record.
 *
 * <p>Confined to one thread at a time, the metadata writer.
 */
final class HeadWriter {
    private final MapCommit commit;
    private final MapLimits limits;
    /** Behind this record a crash may have cut a fold short. */
    private final long found;

    HeadWriter(MapCommit commit, MapLimits limits) {
        this.commit = commit;
        this.limits = limits;
        found = commit.store().appliedLsn();
    }

    /** Stores what is given, in one batch, or for moves and long blank ranges in several of which the last one counts. */
    FoldResult fold(FoldInput input) {
        FoldResult result = new FoldResult(input.lsn());
        lend(input, result);
        for (FoldInput.Part part : input.parts()) {
            move(part, result);
            eraseLongBlanks(part, result);
        }
        commit.begin(input.lsn());
        for (FoldInput.Part part : input.parts()) {
            try (HeadMerge merge = merge(part)) {
                Pieces pieces = new Pieces(part.generation());
                while (pieces.next()) {
                    merge.put(pieces.piece(), pieces.conditional());
                }
                merge.finish();
            }
            commit.count(part.lineage(), result);
        }
        for (FoldInput.Row row : input.rows()) {
            byte[] bytes = row.value();
            if (bytes == null) {
                commit.batch().delete(row.table(), ByteBuffer.wrap(row.key()));
            } else {
                commit.batch().put(row.table(), ByteBuffer.wrap(row.key()), ByteBuffer.wrap(bytes));
            }
        }
        for (FoldInput.Turn turn : input.lineages()) {
            LineageRow row = commit.row(turn.lineage()).with(turn.state(), turn.tie(), turn.parent(), turn.parentLsn());
            commit.put(turn.lineage(), row);
        }
        commit.commit(result);
        return result;
    }

    private HeadMerge merge(FoldInput.Part part) {
        HeadMerge merge = new HeadMerge(commit.store(), commit.batch(), commit.change(), part);
        if (part.after() == found) {
            merge.goOn();
        }
        return merge;
    }

    /** Facts of shared blocks go ahead of moves that go ahead: a version is never where no fact says that it may be (I12). */
    private void lend(FoldInput input, FoldResult result) {
        if (input.parts().stream().allMatch(part -> part.generation().moves().size() == 0)) {
            return;
        }
        commit.begin();
        for (FoldInput.Row row : input.rows()) {
            byte[] bytes = row.value();
            if (row.table() == Table.REFS && bytes != null) {
                commit.batch().put(Table.REFS, ByteBuffer.wrap(row.key()), ByteBuffer.wrap(bytes));
            }
        }
        commit.commit(result);
    }

    // versions that were moved

    /**
     * Versions born before this part follow where they were moved, in the head or in the history, before this part
     * displaces them. To do so ahead of the records is sound: both places hold the same bytes until these are flushed.
     * One batch for each version of a block, since a batch does not see its own changes.
     */
    private void move(FoldInput.Part part, FoldResult result) {
        Moves moves = part.generation().moves();
        if (moves.size() == 0) {
            return;
        }
        Integer[] order = moves.sorted();
        commit.begin();
        new MoveMerge(commit.store(), commit.batch(), commit.change()).put(part.lineage(), moves, order);
        int depth = 1;
        for (int round = 0; round < depth; round++) {
            if (round > 0) {
                commit.begin();
            }
            depth = Math.max(depth, moveInHead(part, order, round));
            commit.count(part.lineage(), result);
            commit.commit(result);
        }
    }

    /**
     * Moves of each block its round-th version.
     *
     * @return the most versions that a block has here
     */
    private int moveInHead(FoldInput.Part part, Integer[] order, int round) {
        Moves moves = part.generation().moves();
        Run piece = new Run();
        int most = 0;
        try (HeadMerge merge = merge(part)) {
            for (int from = 0; from < order.length; ) {
                long block = moves.block(order[from]);
                int to = from;
                int versions = 0;
                int chosen = -1;
                while (to < order.length && moves.block(order[to]) == block) {
                    boolean newest = to + 1 == order.length
                            || moves.block(order[to + 1]) != block
                            || moves.birth(order[to + 1]) != moves.birth(order[to]);
                    if (newest && versions++ == round) {
                        chosen = order[to];
                    }
                    to++;
                }
                if (chosen >= 0) {
                    piece.set(block, block, moves.pointer(chosen), moves.birth(chosen));
                    piece.checksum(0, moves.checksum(chosen));
                    merge.put(piece, true);
                }
                most = Math.max(most, versions);
                from = to;
            }
            merge.finish();
        }
        return most;
    }

    /**
     * A range that an UNMAP covers may hold more runs than a batch should: all but the last of them go ahead. That is
     * sound because the record is durable and still in the overlay: nobody reads these runs, and replay ends the same.
     * Where history is kept or a parent would show, the record is the first of its part: nothing before it is missing.
     *
     * <p>Whole leaves only: what a newer write has cut out of the range leaves another piece of the same record, perhaps in the
     * same leaf, and what a part displaces in a leaf is one row of history, written by one batch.
     */
    private void eraseLongBlanks(FoldInput.Part part, FoldResult result) {
        Spans spans = part.generation().spans();
        Run piece = new Run();
        for (int i = 0; i < spans.size(); i++) {
            long next = firstOfALeaf(spans.start(i));
            boolean blank = !spans.hasData(i) && !spans.isPoison(i);
            if (!blank || spans.end(i) - spans.start(i) < limits.longBlank()) {
                continue;
            }
            while (true) {
                commit.begin();
                piece.set(next, spans.end(i) - 1, spans.pointer(i, next), spans.birth(i));
                try (HeadMerge merge = merge(part)) {
                    next = merge.blankAhead(piece, limits.runsPerStep());
                    merge.finish();
                }
                if (next == HeadMerge.ERASED) {
                    break;
                }
                commit.count(part.lineage(), result);
                commit.commit(result);
            }
        }
    }

    /** The first block from this one on that a leaf begins with. */
    private static long firstOfALeaf(long block) {
        return Leaf.first(Leaf.of(block + Leaf.BLOCKS - 1));
    }
}
