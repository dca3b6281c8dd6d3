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
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Verifies what the metadata store says of the block map, by itself: runs of a lineage do not overlap (I6), no birth is
 * beyond the applied LSN (I9), the counters of segments and lineages equal a recount (I20).
 *
 * <p>Reads all of it: on the metadata writer's thread, or with nobody writing.
 */
public final class MapAudit {
    private static final int MOST_PROBLEMS = 100;

    private final MetadataStore store;
    private final Consumer<HeadRun> sink;
    private final List<String> problems = new ArrayList<>();
    private final SegmentCounts live = new SegmentCounts();
    private final Map<Long, Long> mapped = new HashMap<>();

    private MapAudit(MetadataStore store, Consumer<HeadRun> sink) {
        this.store = store;
        this.sink = sink;
    }

    /**
     * Reads the head table and checks it.
     *
     * @param sink is handed every run, by lineage and block, for further checks
     * @return what is wrong, a line each
     */
    public static List<String> check(MetadataStore store, Consumer<HeadRun> sink) {
        MapAudit audit = new MapAudit(store, sink);
        try {
            audit.runs();
            audit.segments();
            audit.lineages();
        } catch (MetadataException e) {
            audit.problem("cannot be read: " + e.getMessage());
        }
        return audit.problems;
    }

    private void problem(String what) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(what);
        }
    }

    private static MetadataCursor all(MetadataStore store, Table table) {
        ByteBuffer end = ByteBuffer.allocateDirect(2 * Long.BYTES).putLong(-1).putLong(-1);
        return store.scan(table, ByteBuffer.allocateDirect(0), end.flip());
    }

    private void runs() {
        long applied = store.appliedLsn();
        Run run = new Run();
        long lineage = -1;
        long before = -1;
        try (MetadataCursor rows = all(store, Table.HEAD)) {
            for (; rows.valid(); rows.next()) {
                RunCodec.decode(rows.key(), rows.value(), run);
                long itsLineage = KeySpace.headLineage(rows.key());
                if (itsLineage == lineage && run.first <= before) {
                    problem("I6: lineage " + lineage + ": the run " + run.first + ".." + run.last
                            + " overlaps the one up to " + before);
                }
                if (run.birth > applied) {
                    problem("I9: lineage " + itsLineage + " block " + run.first + ": birth " + run.birth
                            + " is beyond the applied LSN " + applied);
                }
                lineage = itsLineage;
                before = run.last;
                count(lineage, run);
            }
        }
    }

    private void count(long lineage, Run run) {
        int[] checksums = {};
        if (run.hasData()) {
            live.add(Pointer.segment(run.pointer), run.blocks() * BlockMap.BLOCK_BYTES);
            mapped.merge(lineage, run.blocks(), Long::sum);
            checksums = new int[(int) run.blocks()];
            for (int i = 0; i < checksums.length; i++) {
                checksums[i] = run.checksum(i);
            }
        }
        sink.accept(new HeadRun(lineage, run.first, run.blocks(), run.pointer, run.birth, checksums));
    }

    private void segments() {
        SegmentCounts stored = new SegmentCounts();
        try (MetadataCursor rows = all(store, Table.SEGMENT)) {
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

    private void lineages() {
        try (MetadataCursor rows = all(store, Table.LINEAGE)) {
            for (; rows.valid(); rows.next()) {
                long lineage = rows.key().getLong(0);
                long counted = LineageRow.decode(rows.value()).mapped();
                Long found = mapped.remove(lineage);
                if (counted != (found == null ? 0 : found)) {
                    problem("I20: lineage " + lineage + " counts " + counted + " blocks and has " + found);
                }
            }
        }
        mapped.forEach((lineage, blocks) -> problem("lineage " + lineage + " has " + blocks + " blocks and no row"));
    }
}
