package dev.sandstone.engine.recovery;

import dev.sandstone.engine.log.LogScanner;
import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.map.HeadRun;
import dev.sandstone.engine.map.MapAudit;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The verifier: compares map, log and data with each other.
 *
 * <p>What it looks at: runs do not overlap and lie inside their volume (I6); every pointer names a segment that exists
 * and, in it, a record that says the same of that block: lineage, place, birth, checksum (I8, I13, I16), or a fact that
 * lends the block (I12); the bytes are as the map's checksum says (I8), in every copy (I2, I25); no birth beyond the
 * applied LSN (I9); segment ids differ (I14); LSNs of a segment increase (I1); counters equal a recount (I20).
 *
 * <p>Works on what is stored, so it serves a closed pool as well as one at work. Memory: the runs of
 * {@value #SEGMENTS_A_PASS} segments at a time. Blocks; never on a loop.
 */
public final class EngineCheck {
    private static final int SEGMENTS_A_PASS = 256;
    private static final int MOST_PROBLEMS = 100;

    /** Damaged blocks have lines of their own, so that a damaged segment's missing records do not hide them. */
    private static final int MOST_DAMAGES = 100;

    private static final int MOST_DOUBTS = 1000;

    private final MetadataStore metadata;
    private final SegmentStore store;
    private final long youngest;
    private final List<Long> ids;
    private final Map<Long, SegmentHeader> headers = new HashMap<>();
    private final Map<Long, VolumeRow> volumes = new HashMap<>();
    private final List<SnapshotRow> snapshots = new ArrayList<>();
    private final List<MarkRow> marks = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> damages = new ArrayList<>();
    private final LostBlocks lost = new LostBlocks();
    private final CopiesCheck copies;
    private final List<Doubt> doubts = new ArrayList<>();
    private Map<Long, List<HeadRun>> gathered = Map.of();

    /**
     * @param segments what exists and is not deleted meanwhile
     * @param youngest segments with larger ids may have been made since; nothing is said about them
     */
    public EngineCheck(MetadataStore metadata, SegmentStore store, Collection<SegmentHeader> segments, long youngest) {
        this.youngest = youngest;
        this.metadata = metadata;
        this.store = store;
        copies = new CopiesCheck(store, this::problem, this::damage);
        ids = segments.stream().map(SegmentHeader::id).sorted().distinct().toList();
        for (SegmentHeader header : segments) {
            if (headers.put(header.id(), header) != null) {
                problem("I14: two segments have the id " + header.id());
            }
        }
    }

    /** Everything at once, for a pool that nobody uses. */
    public List<String> all() {
        tables();
        for (int pass = 0; pass < passes(); pass++) {
            gather(pass);
            gathered().forEach(this::segment);
            settle();
        }
        return problems();
    }

    /** Checks the tables by themselves. No commit may come between: on the thread that commits. */
    public void tables() {
        try {
            VolumeTable table = VolumeTable.load(metadata);
            table.rows().forEach(row -> volumes.put(row.lineage(), row));
            table.annexes().volumes().stream()
                    .filter(id -> table.row(id) == null)
                    .forEach(id -> problem("something is kept with volume " + id + ", which does not exist"));
            snapshots.addAll(SnapshotTable.load(metadata).rows());
            marks.addAll(MarkTable.load(metadata).rows());
        } catch (IllegalArgumentException damaged) {
            problem("the tables hold a " + damaged.getMessage());
        }
        problems.addAll(MapAudit.check(metadata, this::moments, this::place));
    }

    private void moments(MapAudit.Moments.Visitor visitor) {
        snapshots.forEach(row -> visitor.moment(row.lineage(), row.lsn()));
        marks.forEach(row -> visitor.moment(row.lineage(), row.lsn()));
    }

    /** How many passes over the map are needed: {@link #gather}, {@link #segment} for each, {@link #settle}. */
    public int passes() {
        return Math.ceilDiv(ids.size(), SEGMENTS_A_PASS);
    }

    /**
     * Reads the runs that point into some of the segments. Any thread; runs may be committed meanwhile.
     *
     * @param pass from 0 on
     */
    public void gather(int pass) {
        gathered = runs(new HashSet<>(ofPass(pass)));
        doubts.clear();
    }

    private List<Long> ofPass(int pass) {
        int from = pass * SEGMENTS_A_PASS;
        return ids.subList(from, Math.min(ids.size(), from + SEGMENTS_A_PASS));
    }

    /** The segments that runs point into, in order; the others have nothing to be compared with. */
    public List<Long> gathered() {
        return gathered.keySet().stream().sorted().toList();
    }

    /** Ends a pass: tells of the doubts that are none about runs which were displaced meanwhile. */
    public void settle() {
        Map<Long, List<HeadRun>> now = doubts.isEmpty() ? Map.of() : runs(segmentsOf(doubts));
        for (Doubt doubt : doubts) {
            List<HeadRun> still = now.getOrDefault(Pointer.segment(doubt.pointer()), List.of());
            if (still.stream().anyMatch(doubt::isOf)) {
                problem(doubt.line());
            }
        }
        doubts.clear();
        gathered = Map.of();
    }

    private static Set<Long> segmentsOf(List<Doubt> doubts) {
        Set<Long> segments = new HashSet<>();
        doubts.forEach(doubt -> segments.add(Pointer.segment(doubt.pointer())));
        return segments;
    }

    /** How many segments there are to look at. */
    public int segments() {
        return ids.size();
    }

    /** The place of a segment among these. */
    public int indexOf(long segment) {
        return Math.max(0, Collections.binarySearch(ids, segment));
    }

    /** What is wrong, a line each; empty when all is sound. */
    public List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        all.addAll(lost.lines(owners(), retained()));
        all.addAll(damages);
        return List.copyOf(all);
    }

    private Map<Long, UUID> owners() {
        Map<Long, UUID> owners = new HashMap<>();
        volumes.forEach((lineage, row) -> owners.put(lineage, row.id()));
        return owners;
    }

    private Map<Long, UUID> retained() {
        Map<Long, UUID> retained = new HashMap<>();
        marks.forEach(row -> retained.put(row.lineage(), row.volume()));
        snapshots.forEach(row -> retained.put(row.lineage(), row.volume()));
        return retained;
    }

    private void problem(String what) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(what);
        }
    }

    private void damage(String what) {
        if (damages.size() < MOST_DAMAGES) {
            damages.add(what);
        }
    }

    private static String name(HeadRun run) {
        return "lineage " + run.lineage() + " block " + run.block() + " birth " + run.birth();
    }

    /** What can be said of a run by itself. */
    private void place(HeadRun run) {
        lost.add(run);
        if (!Pointer.hasData(run.pointer())) {
            return;
        }
        VolumeRow row = volumes.get(run.lineage());
        if (row != null && !run.displaced() && run.block() + run.blocks() > row.mapBlocks()) {
            problem("I6: " + name(run) + ": ends beyond the volume's " + row.mapBlocks() + " blocks");
        }
        long segment = Pointer.segment(run.pointer());
        if (segment <= youngest && !headers.containsKey(segment)) {
            problem("I13: " + name(run) + ": points to segment " + segment + ", which does not exist");
        }
    }

    /** The runs that point into these segments. */
    private Map<Long, List<HeadRun>> runs(Set<Long> segments) {
        Map<Long, List<HeadRun>> runs = new HashMap<>();
        MapAudit.check(metadata, this::moments, run -> {
            if (Pointer.hasData(run.pointer()) && segments.contains(Pointer.segment(run.pointer()))) {
                runs.computeIfAbsent(Pointer.segment(run.pointer()), id -> new ArrayList<>())
                        .add(run);
            }
        });
        return runs;
    }

    /** Compares what the gathered runs say of a segment with what it holds. Blocks; it must not be given back meanwhile. */
    public void segment(long id) {
        List<HeadRun> runs = gathered.getOrDefault(id, List.of());
        SegmentHeader header = headers.get(id);
        List<RecordDescriptor> records = null;
        try {
            records = header == null ? null : LogScanner.records(store, header);
        } catch (StoreException e) {
            problem("segment " + id + " cannot be read: " + e.getMessage());
        }
        if (records == null) {
            problem("I8: segment " + id + " does not tell what it holds");
            runs.forEach(copies::verify);
            return;
        }
        Map<Long, Found> byPointer = new HashMap<>();
        long before = 0;
        for (RecordDescriptor record : records) {
            if (record.lsn() <= before) {
                problem("I1: segment " + id + ": record " + record.lsn() + " follows " + before);
            }
            before = record.lsn();
            if (record.type().carriesBlocks()) {
                for (int i = 0; i < record.blocks(); i++) {
                    byPointer.put(Pointer.plus(record.pointer(), i), new Found(record, i));
                }
            }
        }
        Set<Borrowed> borrowed = borrowed(id);
        for (HeadRun run : runs) {
            copies.verify(run);
            for (int i = 0; i < run.blocks(); i++) {
                compare(run, i, byPointer.get(Pointer.plus(run.pointer(), i)), borrowed);
            }
        }
    }

    /** A block that a lineage shows by reference: what a row of REFS says, block by block. */
    private record Borrowed(long pointer, long lineage, long block, long birth) {}

    private Set<Borrowed> borrowed(long segment) {
        Set<Borrowed> all = new HashSet<>();
        ByteBuffer from = KeySpace.refs(ByteBuffer.allocateDirect(KeySpace.REFS_KEY_BYTES), segment);
        ByteBuffer to = KeySpace.refs(ByteBuffer.allocateDirect(KeySpace.REFS_KEY_BYTES), segment + 1);
        try (MetadataCursor rows = metadata.scan(Table.REFS, from, to)) {
            for (; rows.valid(); rows.next()) {
                ByteBuffer key = rows.key();
                int at = key.position();
                long pointer = Pointer.raw(segment, key.getInt(at + 8));
                int blocks = rows.value().getInt(rows.value().position());
                for (int i = 0; i < blocks; i++) {
                    all.add(new Borrowed(
                            Pointer.plus(pointer, i),
                            key.getLong(at + 12),
                            key.getLong(at + 20) + i,
                            key.getLong(at + 28)));
                }
            }
        }
        return all;
    }

    private record Found(RecordDescriptor record, int index) {}

    /**
     * What is wrong if the map still shows the block. The fact that lends it is there as long as it does; it may have been
     * swept away between the run was read and the fact was.
     */
    private record Doubt(long lineage, long block, long pointer, long birth, String line) {
        boolean isOf(HeadRun run) {
            long index = block - run.block();
            return run.lineage() == lineage
                    && run.birth() == birth
                    && index >= 0
                    && index < run.blocks()
                    && Pointer.plus(run.pointer(), index) == pointer;
        }
    }

    private void compare(HeadRun run, int index, @Nullable Found found, Set<Borrowed> borrowed) {
        if (found == null) {
            problem("I8: " + CopiesCheck.what(run, index) + ": no record lies there");
            return;
        }
        RecordDescriptor record = found.record();
        boolean sameBlock = record.lineage() == run.lineage() && record.block() + found.index() == run.block() + index;
        long pointer = Pointer.plus(run.pointer(), index);
        Borrowed reference = new Borrowed(pointer, run.lineage(), run.block() + index, run.birth());
        boolean owned = sameBlock && record.birth() == run.birth();
        if (!owned && !borrowed.contains(reference) && doubts.size() < MOST_DOUBTS) {
            String line = "I12, I16: " + CopiesCheck.what(run, index) + " birth " + run.birth()
                    + ": the record there is of lineage " + record.lineage() + " block "
                    + (record.block() + found.index()) + " birth " + record.birth();
            doubts.add(new Doubt(run.lineage(), run.block() + index, pointer, run.birth(), line));
        }
        if (record.checksums()[found.index()] != run.checksums()[index]) {
            problem("I8: " + CopiesCheck.what(run, index) + ": map and record have different checksums");
        }
    }
}
