package dev.sandstone.engine.recovery;

import dev.sandstone.engine.log.LogScanner;
import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.map.BlockMap;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
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
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer block = ByteBuffer.allocateDirect(2 * BlockMap.BLOCK_BYTES)
            .alignedSlice(BlockMap.BLOCK_BYTES)
            .limit(BlockMap.BLOCK_BYTES);

    /**
     * @param segments what exists and is not deleted meanwhile
     * @param youngest segments with larger ids may have been made since; nothing is said about them
     */
    public EngineCheck(MetadataStore metadata, SegmentStore store, Collection<SegmentHeader> segments, long youngest) {
        this.youngest = youngest;
        this.metadata = metadata;
        this.store = store;
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
            data(pass);
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

    /** How many passes over the map {@link #data} needs. */
    public int passes() {
        return Math.ceilDiv(ids.size(), SEGMENTS_A_PASS);
    }

    /**
     * Compares the runs that point into some of the segments with what these hold. Any thread; runs may be committed
     * meanwhile, but none of these segments may be given back.
     *
     * @param pass from 0 on
     */
    public void data(int pass) {
        int from = pass * SEGMENTS_A_PASS;
        pass(new HashSet<>(ids.subList(from, Math.min(ids.size(), from + SEGMENTS_A_PASS))));
    }

    /** What is wrong, a line each; empty when all is sound. */
    public List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        all.addAll(damages);
        return List.copyOf(all);
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

    /** Compares the runs that point into some segments with what these hold. */
    private void pass(Set<Long> ids) {
        Map<Long, List<HeadRun>> runs = new HashMap<>();
        MapAudit.check(metadata, this::moments, run -> {
            if (Pointer.hasData(run.pointer()) && ids.contains(Pointer.segment(run.pointer()))) {
                runs.computeIfAbsent(Pointer.segment(run.pointer()), id -> new ArrayList<>())
                        .add(run);
            }
        });
        // A segment without runs has nothing to be compared with, and may have been given back before this pass.
        runs.keySet().stream().sorted().forEach(id -> segment(id, runs.getOrDefault(id, List.of())));
    }

    private void segment(long id, List<HeadRun> runs) {
        SegmentHeader header = headers.get(id);
        List<RecordDescriptor> records = null;
        try {
            records = header == null ? null : LogScanner.records(store, header);
        } catch (StoreException e) {
            problem("segment " + id + " cannot be read: " + e.getMessage());
        }
        if (records == null) {
            problem("I8: segment " + id + " does not tell what it holds");
            runs.forEach(this::verify);
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

    private void compare(HeadRun run, int index, @Nullable Found found, Set<Borrowed> borrowed) {
        String what = what(run, index);
        verify(what, Pointer.plus(run.pointer(), index), run.checksums()[index]);
        if (found == null) {
            problem("I8: " + what + ": no record lies there");
            return;
        }
        RecordDescriptor record = found.record();
        boolean sameBlock = record.lineage() == run.lineage() && record.block() + found.index() == run.block() + index;
        Borrowed reference =
                new Borrowed(Pointer.plus(run.pointer(), index), run.lineage(), run.block() + index, run.birth());
        boolean owned = sameBlock && record.birth() == run.birth();
        if (!owned && !borrowed.contains(reference)) {
            problem("I12, I16: " + what + " birth " + run.birth() + ": the record there is of lineage "
                    + record.lineage() + " block " + (record.block() + found.index()) + " birth " + record.birth());
        }
        if (record.checksums()[found.index()] != run.checksums()[index]) {
            problem("I8: " + what + ": map and record have different checksums");
        }
    }

    private static String what(HeadRun run, int index) {
        return "lineage " + run.lineage() + " block " + (run.block() + index) + " at "
                + Pointer.describe(Pointer.plus(run.pointer(), index));
    }

    private void verify(HeadRun run) {
        for (int i = 0; i < run.blocks(); i++) {
            verify(what(run, i), Pointer.plus(run.pointer(), i), run.checksums()[i]);
        }
    }

    /** Every copy must have the bytes: else the loss of another one would change an answer. */
    private void verify(String what, long pointer, int checksum) {
        int copies = store.copies(Pointer.segment(pointer));
        if (copies == 0) {
            problem("I2: " + what + ": no disk has the segment");
        }
        boolean several = Integer.bitCount(copies) > 1;
        for (int left = copies; left != 0; left &= left - 1) {
            int copy = Integer.numberOfTrailingZeros(left);
            verify((several ? "I25: copy " + copy + " of " : "I8: ") + what, copy, pointer, checksum);
        }
    }

    private void verify(String what, int copy, long pointer, int checksum) {
        try {
            block.clear().limit(BlockMap.BLOCK_BYTES);
            int offset = Pointer.grain(pointer) * Pointer.GRAIN_BYTES;
            store.readCopyNow(Pointer.segment(pointer), copy, offset, block);
            crc.reset();
            crc.update(block.duplicate());
            if ((int) crc.getValue() != checksum) {
                damage(what + ": the bytes differ from the checksum");
            }
        } catch (StoreException e) {
            damage(what + ": cannot be read: " + e.getMessage());
        }
    }
}
