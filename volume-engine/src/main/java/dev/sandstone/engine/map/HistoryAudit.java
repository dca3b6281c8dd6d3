package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Verifies the displaced versions (I7): intervals of a block are disjoint and end where the next one begins or earlier;
 * each is shown by some moment; history and time index have the same rows.
 */
final class HistoryAudit {
    private final MapAudit audit;
    private final Place at = new Place();
    private final HistRow row = new HistRow();
    private final Map<Long, Long> blocks = new HashMap<>();
    private final ByteBuffer key = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);

    /** The leaf that the walk is in. */
    private static final class Place {
        long lineage = -1;
        long leaf = -1;
        /** When the last displaced version of each block ended. */
        final long[] deaths = new long[Leaf.BLOCKS];
    }

    HistoryAudit(MapAudit audit) {
        this.audit = audit;
    }

    /** Blocks with data of each lineage. */
    Map<Long, Long> blocks() {
        return blocks;
    }

    void check() {
        try (MetadataCursor rows = audit.all(Table.HIST)) {
            for (; rows.valid(); rows.next()) {
                enter(KeySpace.part(rows.key(), 0), KeySpace.part(rows.key(), 1));
                row.decode(rows.value());
                row(KeySpace.part(rows.key(), 2));
            }
        }
        enter(-1, -1);
        index();
    }

    private void enter(long lineage, long leaf) {
        if (at.lineage != lineage || at.leaf != leaf) {
            if (at.leaf >= 0) {
                meetHead();
            }
            at.lineage = lineage;
            at.leaf = leaf;
            Arrays.fill(at.deaths, 0);
        }
    }

    /** The newest version of a block begins where the last displaced one ended, or later. */
    private void meetHead() {
        if (audit.isDead(at.lineage)) {
            return;
        }
        Leaf head = new Leaf();
        List<HistReader.Step> path = List.of(new HistReader.Step(at.lineage, HistReader.NOW));
        new HistReader(audit.store()).read(path, at.leaf, head);
        for (int i = 0; i < Leaf.BLOCKS; i++) {
            if (head.births[i] != 0 && head.births[i] < at.deaths[i]) {
                problem(i, "was displaced by " + at.deaths[i] + " and has a newest version of " + head.births[i]);
            }
        }
    }

    private void row(long death) {
        if (death > audit.underWay()) {
            audit.problem("I9: lineage " + at.lineage + " leaf " + at.leaf + ": death " + death + " is to come");
        }

        if (audit.store().get(Table.DEAD, KeySpace.dead(key, at.lineage, death, at.leaf)) == null) {
            audit.problem(
                    "I7: lineage " + at.lineage + " leaf " + at.leaf + " death " + death + " is not in the time index");
        }
        boolean strict = !audit.isDead(at.lineage) && !audit.isPurging(at.lineage);
        Points points = audit.points(at.lineage);
        for (int i = row.next(0); i < Leaf.BLOCKS; i = row.next(i + 1)) {
            long birth = row.versions.births[i];
            if (birth >= death || birth < at.deaths[i]) {
                problem(i, "lives from " + birth + " to " + death + ", the one before to " + at.deaths[i]);
            }
            if (strict && !points.need(birth, death)) {
                problem(i, "lives from " + birth + " to " + death + ", where no moment is");
            }
            at.deaths[i] = death;
        }
        for (int from = row.next(0); from < Leaf.BLOCKS; ) {
            int end = row.endOfPiece(from);
            kept(from, end, death);
            from = row.next(end);
        }
    }

    private void kept(int from, int end, long death) {
        long pointer = row.versions.pointers[from];
        int[] checksums = {};
        if (Pointer.hasData(pointer)) {
            blocks.merge(at.lineage, (long) end - from, Long::sum);
            checksums = Arrays.copyOfRange(row.versions.checksums, from, end);
        }
        audit.kept(new HeadRun(
                at.lineage,
                Leaf.first(at.leaf) + from,
                end - from,
                pointer,
                row.versions.births[from],
                death,
                checksums));
    }

    /** Each row of the time index has versions, or blocks that a moment shows as never written. */
    private void index() {
        try (MetadataCursor rows = audit.all(Table.DEAD)) {
            for (; rows.valid(); rows.next()) {
                long lineage = KeySpace.part(rows.key(), 0);
                long death = KeySpace.part(rows.key(), 1);
                long leaf = KeySpace.part(rows.key(), 2);
                DeadRow dead = DeadRow.decode(rows.value());
                boolean needed = audit.isDead(lineage) || audit.isPurging(lineage);
                needed = needed || audit.store().get(Table.HIST, KeySpace.hist(key, lineage, leaf, death)) != null;
                needed = needed || (!dead.isEmpty() && audit.points(lineage).need(0, death));
                if (!needed) {
                    audit.problem("I7: lineage " + lineage + " leaf " + leaf + " death " + death
                            + " is in the time index and has no versions");
                }
            }
        }
    }

    private void problem(int index, String what) {
        audit.problem("I7: lineage " + at.lineage + " block " + (Leaf.first(at.leaf) + index) + " " + what);
    }
}
