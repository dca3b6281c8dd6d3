package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataException;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.space.SegmentCounts;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Verifies what the metadata store says of the block map, by itself: runs of a lineage do not overlap (I6), no birth is
 * beyond the applied LSN (I9), the counters of segments and lineages equal a recount (I20), where a lineage was forked
 * from is retained (I11); and by {@link HistoryAudit}, displaced versions (I7).
 *
 * <p>Reads all of it: on the metadata writer's thread, or with nobody writing.
 */
public final class MapAudit {
    private static final int MOST_PROBLEMS = 100;

    private final MetadataStore store;
    private final Moments moments;
    private final Consumer<HeadRun> sink;
    private final List<String> problems = new ArrayList<>();
    private final SegmentCounts live = new SegmentCounts();
    private final Map<Long, Long> mapped = new HashMap<>();
    private final Map<Long, LineageRow> lineages = new HashMap<>();
    private final Map<Long, Points> points = new HashMap<>();
    private final Set<Long> purging = new HashSet<>();

    private MapAudit(MetadataStore store, Moments moments, Consumer<HeadRun> sink) {
        this.store = store;
        this.moments = moments;
        this.sink = sink;
    }

    /** Port: the moments that are retained for other reasons than forks, as the store has them. */
    @FunctionalInterface
    public interface Moments {
        void forEach(Visitor visitor);

        /** Is handed each, in any order. */
        @FunctionalInterface
        interface Visitor {
            void moment(long lineage, long lsn);
        }
    }

    /**
     * Reads the tables and checks them.
     *
     * @param sink is handed every run of lineages that are not dead, and every kept version, for further checks; of blocks
     *     without data only what something shows
     * @return what is wrong, a line each
     */
    public static List<String> check(MetadataStore store, Moments moments, Consumer<HeadRun> sink) {
        MapAudit audit = new MapAudit(store, moments, sink);
        try {
            audit.families();
            audit.runs();
            HistoryAudit history = new HistoryAudit(audit);
            history.check();
            audit.segments();
            audit.counts(history.blocks());
        } catch (MetadataException e) {
            audit.problem("cannot be read: " + e.getMessage());
        }
        return audit.problems;
    }

    void problem(String what) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(what);
        }
    }

    MetadataCursor all(Table table) {
        ByteBuffer end = ByteBuffer.allocate(4 * Long.BYTES)
                .putLong(-1)
                .putLong(-1)
                .putLong(-1)
                .putLong(-1);
        return store.scan(table, ByteBuffer.allocate(0), end.flip());
    }

    long applied() {
        return store.appliedLsn();
    }

    /** The record behind the last one applied: of a long UNMAP part may be there already. */
    long underWay() {
        return applied() + 1;
    }

    Points points(long lineage) {
        return points.getOrDefault(lineage, Points.NONE);
    }

    boolean isDead(long lineage) {
        return state(lineage) == LineageRow.State.DEAD;
    }

    private LineageRow.State state(long lineage) {
        return lineages.getOrDefault(lineage, LineageRow.NEW).state();
    }

    /** Whether versions may be there still that no moment shows. */
    boolean isPurging(long lineage) {
        return purging.contains(lineage);
    }

    // lineages and their moments

    private void families() {
        try (MetadataCursor rows = all(Table.LINEAGE)) {
            for (; rows.valid(); rows.next()) {
                lineages.put(KeySpace.part(rows.key(), 0), LineageRow.decode(rows.value()));
            }
        }
        try (MetadataCursor rows = all(Table.PURGE)) {
            for (; rows.valid(); rows.next()) {
                purging.add(KeySpace.part(rows.key(), 0));
            }
        }
        moments.forEach((lineage, lsn) -> {
            if (isDead(lineage) || lsn > applied()) {
                problem("I11: lineage " + lineage + " cannot show record " + lsn + ", which is retained");
            }
            retain(lineage, lsn);
        });
        lineages.forEach((lineage, row) -> {
            if (row.parent() != 0 && row.state() != LineageRow.State.DEAD) {
                if (isDead(row.parent()) || row.parentLsn() > applied()) {
                    problem("I11: lineage " + lineage + " was forked from " + row.parent() + " as of " + row.parentLsn()
                            + ", which is gone");
                }
                retain(row.parent(), row.parentLsn());
            }
        });
        lineages.forEach(this::filled);
        lineages.forEach((lineage, row) -> {
            if (row.state() == LineageRow.State.ENDED && points(lineage).isEmpty()) {
                problem("I11: lineage " + lineage + " has ended, and nothing of it is retained");
            }
        });
    }

    /** A lineage that says that it inherits nothing which is not its own too says the truth: it may lose its parent. */
    private void filled(long lineage, LineageRow row) {
        if (row.tie() != LineageRow.Tie.FILLED || row.state() == LineageRow.State.DEAD) {
            return;
        }
        List<HistReader.Step> ancestors = new ArrayList<>();
        for (LineageRow at = row; at.parent() != 0; at = lineages.getOrDefault(at.parent(), LineageRow.NEW)) {
            ancestors.add(new HistReader.Step(at.parent(), at.parentLsn()));
        }
        InheritedWalk.Of of = new InheritedWalk.Of(lineage, ancestors, row.parentLsn(), points(lineage));
        InheritedWalk walk = new InheritedWalk(store, of, (death, leaf, mask, image) -> {
            if (death == 0) {
                problem("I11: lineage " + lineage + " leaf " + leaf + " is not its own alone, and it counts as filled");
            }
            return true;
        });
        InheritedWalk.Place at = InheritedWalk.Place.HEAD;
        while (!at.isEnd()) {
            at = walk.step(at, Integer.MAX_VALUE);
        }
    }

    /** Its own versions are younger than its fork; what became its own of what it inherits is as old as that. */
    private void born(long lineage, long block, long birth) {
        LineageRow row = lineages.getOrDefault(lineage, LineageRow.NEW);
        boolean early = row.parent() != 0 && birth <= row.parentLsn();
        if (early && (row.tie() == LineageRow.Tie.PLAIN || birth != row.parentLsn()) && !isDead(lineage)) {
            problem("I16: lineage " + lineage + " block " + block + " birth " + birth + " is older than its fork as of "
                    + row.parentLsn());
        }
    }

    private void retain(long lineage, long lsn) {
        points.put(lineage, points(lineage).with(lsn));
    }

    // the head

    private void runs() {
        Run run = new Run();
        long lineage = -1;
        long before = -1;
        try (MetadataCursor rows = all(Table.HEAD)) {
            for (; rows.valid(); rows.next()) {
                RunCodec.decode(rows.key(), rows.value(), run);
                long itsLineage = KeySpace.headLineage(rows.key());
                if (itsLineage == lineage && run.first <= before) {
                    problem("I6: lineage " + lineage + ": the run " + run.first + ".." + run.last
                            + " overlaps the one up to " + before);
                }
                if (run.birth > (HeadMerge.isBlank(run.pointer) ? underWay() : applied())) {
                    problem("I9: lineage " + itsLineage + " block " + run.first + ": birth " + run.birth
                            + " is beyond the applied LSN " + applied());
                }
                lineage = itsLineage;
                before = run.last;
                count(lineage, run);
                ended(lineage, run);
            }
        }
    }

    private boolean needless(long lineage, long birth) {
        return state(lineage) == LineageRow.State.ENDED
                && birth > points(lineage).last();
    }

    /** Of a lineage that has ended only what a moment shows is kept. */
    private void ended(long lineage, Run run) {
        if (needless(lineage, run.birth) && !isPurging(lineage)) {
            problem("I7: lineage " + lineage + " block " + run.first + " birth " + run.birth
                    + " is kept, and no moment shows it");
        }
    }

    private void count(long lineage, Run run) {
        born(lineage, run.first, run.birth);
        int[] checksums = {};
        if (run.hasData()) {
            live.add(Pointer.segment(run.pointer), run.blocks() * BlockMap.BLOCK_BYTES);
            mapped.merge(lineage, run.blocks(), Long::sum);
            checksums = new int[(int) run.blocks()];
            for (int i = 0; i < checksums.length; i++) {
                checksums[i] = run.checksum(i);
            }
        }
        if (!isDead(lineage) && (run.hasData() || !needless(lineage, run.birth))) {
            sink.accept(new HeadRun(lineage, run.first, run.blocks(), run.pointer, run.birth, 0, checksums));
        }
    }

    /** A version of the history is there. */
    void kept(HeadRun run) {
        born(run.lineage(), run.block(), run.birth());
        boolean data = Pointer.hasData(run.pointer());
        if (data) {
            live.add(Pointer.segment(run.pointer()), run.blocks() * BlockMap.BLOCK_BYTES);
        }
        if (!isDead(run.lineage()) && (data || points(run.lineage()).need(run.birth(), run.death()))) {
            sink.accept(run);
        }
    }

    // counters

    private void segments() {
        SegmentCounts stored = new SegmentCounts();
        try (MetadataCursor rows = all(Table.SEGMENT)) {
            for (; rows.valid(); rows.next()) {
                stored.add(rows.key().getLong(0), rows.value().getLong(0));
            }
        }
        SegmentCounts difference = new SegmentCounts();
        difference.addAll(live);
        stored.forEach((segment, bytes) -> difference.add(segment, -bytes));
        difference.forEach((segment, bytes) -> {
            if (bytes != 0) {
                problem("I20: segment " + segment + " counts " + stored.get(segment) + " live bytes and has "
                        + live.get(segment));
            }
        });
    }

    private void counts(Map<Long, Long> history) {
        lineages.forEach((lineage, row) -> {
            Long found = mapped.remove(lineage);
            Long kept = history.remove(lineage);
            if (row.mapped() != (found == null ? 0 : found) || row.history() != (kept == null ? 0 : kept)) {
                problem("I20: lineage " + lineage + " counts " + row.mapped() + " blocks and " + row.history()
                        + " displaced ones, and has " + found + " and " + kept);
            }
        });
        mapped.forEach((lineage, blocks) -> problem("lineage " + lineage + " has " + blocks + " blocks and no row"));
        history.forEach(
                (lineage, blocks) -> problem("lineage " + lineage + " has " + blocks + " old blocks and no row"));
    }

    MetadataStore store() {
        return store;
    }
}
