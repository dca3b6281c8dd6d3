package dev.sandstone.engine.map;

import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataBatch;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;

/**
 * Removes what nobody can ask for any more: versions whose last point is gone, and all of a lineage that is dead. In
 * steps, each a batch that adds nothing of the log.
 *
 * <p>Confined to one thread at a time, the metadata writer.
 */
final class HistoryWriter {
    private final MapCommit commit;
    private final int rowsPerStep;
    private final HistRow row = new HistRow();
    private final ByteBuffer key = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);
    private final ByteBuffer from = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);
    private final ByteBuffer to = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);
    private final ByteBuffer value = ByteBuffer.allocate(HistRow.MAX_BYTES);

    HistoryWriter(MapCommit commit, int rowsPerStep) {
        this.commit = commit;
        this.rowsPerStep = rowsPerStep;
    }

    private MetadataBatch batch() {
        return commit.batch();
    }

    // a point

    /** Takes a step of the removal. */
    FoldResult purge(Purge purge) {
        FoldResult result = new FoldResult(commit.store().appliedLsn());
        commit.begin();
        if (!purge.pastHistory()) {
            history(purge);
        } else if (!purge.reachesHead() || headDone(purge)) {
            batch().delete(Table.PURGE, KeySpace.point(key, purge.lineage(), purge.lsn()));
            result.isLast();
        }
        commit.count(purge.lineage(), result);
        commit.commit(result);
        return result;
    }

    private void history(Purge purge) {
        KeySpace.dead(from, purge.lineage(), purge.death(), purge.leaf());
        KeySpace.dead(to, purge.lineage(), purge.lastDeath() + 1, 0);
        int count = 0;
        try (MetadataCursor rows = commit.store().scan(Table.DEAD, from, to)) {
            for (; rows.valid(); rows.next()) {
                long death = KeySpace.part(rows.key(), 1);
                long leaf = KeySpace.part(rows.key(), 2);
                if (count++ == rowsPerStep) {
                    purge.goOn(death, leaf);
                    return;
                }
                sift(purge, death, leaf, DeadRow.decode(rows.value()));
            }
        }
        purge.historyDone();
    }

    /** Removes of a row what no point shows. */
    private void sift(Purge purge, long death, long leaf, DeadRow dead) {
        Points points = purge.points();
        KeySpace.hist(key, purge.lineage(), leaf, death);
        ByteBuffer stored = commit.store().get(Table.HIST, key);
        row.clear();
        if (stored != null) {
            row.decode(stored);
        }
        long before = row.present;
        for (int i = row.next(0); i < Leaf.BLOCKS; i = row.next(i + 1)) {
            if (!points.need(row.versions.births[i], death)) {
                commit.change().purged(row.versions.pointers[i]);
                row.remove(i);
            }
        }
        if (row.present == 0 && before != 0) {
            batch().delete(Table.HIST, key);
        } else if (row.present != before) {
            batch().put(Table.HIST, key, row.encode(value));
        }
        boolean absentNeeded = !dead.isEmpty() && points.need(0, death);
        KeySpace.dead(key, purge.lineage(), death, leaf);
        if (row.present == 0 && !absentNeeded) {
            batch().delete(Table.DEAD, key);
        } else if (!dead.isEmpty() && !absentNeeded) {
            batch().put(Table.DEAD, key, new DeadRow(0, 0).encode(value));
        }
    }

    private boolean headDone(Purge purge) {
        try (HeadMerge merge = head(purge.lineage())) {
            long next = merge.removeYounger(purge.points().last(), purge.block(), rowsPerStep);
            merge.finish();
            purge.goOnInHead(next);
            return next == HeadMerge.ERASED;
        }
    }

    private HeadMerge head(long lineage) {
        return new HeadMerge(commit.store(), batch(), commit.change(), lineage);
    }

    // a lineage

    /** Removes some rows of a dead lineage; the last step removes its own row. */
    FoldResult reap(long lineage) {
        FoldResult result = new FoldResult(commit.store().appliedLsn());
        commit.begin();
        boolean ended = headGone(lineage) && historyGone(lineage) && rowsGone(Table.DEAD, lineage);
        ended = ended && rowsGone(Table.PURGE, lineage);
        commit.count(lineage, result);
        if (ended) {
            commit.forget(lineage);
            result.isLast();
        }
        commit.commit(result);
        return result;
    }

    private boolean headGone(long lineage) {
        try (HeadMerge merge = head(lineage)) {
            long next = merge.removeYounger(0, 0, rowsPerStep);
            merge.finish();
            return next == HeadMerge.ERASED;
        }
    }

    private boolean historyGone(long lineage) {
        int count = 0;
        try (MetadataCursor rows = all(Table.HIST, lineage)) {
            for (; rows.valid(); rows.next()) {
                if (count++ == rowsPerStep) {
                    return false;
                }
                row.decode(rows.value());
                for (int i = row.next(0); i < Leaf.BLOCKS; i = row.next(i + 1)) {
                    commit.change().purged(row.versions.pointers[i]);
                }
                batch().delete(Table.HIST, rows.key());
            }
        }
        return true;
    }

    private boolean rowsGone(Table table, long lineage) {
        int count = 0;
        try (MetadataCursor rows = all(table, lineage)) {
            for (; rows.valid(); rows.next()) {
                if (count++ == rowsPerStep) {
                    return false;
                }
                batch().delete(table, rows.key());
            }
        }
        return true;
    }

    private MetadataCursor all(Table table, long lineage) {
        KeySpace.number(from, lineage);
        KeySpace.number(to, lineage + 1);
        return commit.store().scan(table, from, to);
    }
}
