package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataBatch;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataException;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.space.SegmentCounts;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The one that changes the metadata store: folds, and removes the runs of deleted lineages.
 *
 * <p>Confined to one thread at a time, the metadata writer. It keeps the counters of the segment and lineage tables, so
 * that each batch carries them beside the runs they count.
 */
final class HeadWriter {
    /** Blank ranges from this length on are erased in batches of their own when they hold many runs. */
    private static final long LONG_BLANK = 4096;

    private final MetadataStore store;
    private final int runsPerStep;
    private final MetadataBatch batch = new MetadataBatch();
    private final HeadChange change = new HeadChange();
    private final SegmentCounts live = new SegmentCounts();
    private final Map<Long, LineageRow> lineages = new HashMap<>();
    private final ByteBuffer key = ByteBuffer.allocateDirect(Long.BYTES);
    private final ByteBuffer value = ByteBuffer.allocateDirect(LineageRow.BYTES);

    /**
     * Reads the counters.
     *
     * @param runsPerStep most runs that one batch removes for a long blank range or a deleted lineage
     */
    HeadWriter(MetadataStore store, int runsPerStep) {
        this.store = store;
        this.runsPerStep = runsPerStep;
        ByteBuffer first = KeySpace.number(ByteBuffer.allocateDirect(Long.BYTES), 0);
        ByteBuffer end = KeySpace.number(ByteBuffer.allocateDirect(Long.BYTES), -1);
        try (MetadataCursor rows = store.scan(Table.SEGMENT, first, end)) {
            for (; rows.valid(); rows.next()) {
                live.add(number(rows.key()), number(rows.value()));
            }
        }
        try (MetadataCursor rows = store.scan(Table.LINEAGE, first, end)) {
            for (; rows.valid(); rows.next()) {
                lineages.put(number(rows.key()), LineageRow.decode(rows.value()));
            }
        }
    }

    private static long number(ByteBuffer bytes) {
        long number = bytes.remaining() == Long.BYTES ? bytes.getLong(bytes.position()) : -1;
        if (number < 0) {
            throw new MetadataException(
                    "a counter of the block map is damaged: check the disk under the metadata folder");
        }
        return number;
    }

    /** Live bytes of each segment, as stored. */
    SegmentCounts live() {
        return live;
    }

    /** All lineages that have a row. */
    Map<Long, LineageRow> lineages() {
        return lineages;
    }

    /** Stores what is given, in one batch, or for long blank ranges in several of which the last one counts. */
    FoldResult fold(FoldInput input) {
        FoldResult result = new FoldResult(input.lsn());
        for (FoldInput.Part part : input.parts()) {
            eraseLongBlanks(part, result);
        }
        begin(input.lsn());
        for (FoldInput.Part part : input.parts()) {
            try (HeadMerge merge = new HeadMerge(store, batch, change, part.lineage())) {
                Pieces pieces = new Pieces(part.generation());
                while (pieces.next()) {
                    merge.put(pieces.piece(), pieces.conditional());
                }
                merge.finish();
            }
            countLineage(part.lineage(), result);
        }
        for (FoldInput.Row row : input.rows()) {
            byte[] bytes = row.value();
            if (bytes == null) {
                batch.delete(row.table(), ByteBuffer.wrap(row.key()));
            } else {
                batch.put(row.table(), ByteBuffer.wrap(row.key()), ByteBuffer.wrap(bytes));
            }
        }
        for (long lineage : input.deleted()) {
            put(lineage, new LineageRow(true, row(lineage).mapped()));
        }
        commit(result);
        return result;
    }

    /**
     * A range that an UNMAP covers may hold more runs than a batch should: all but the last of them go ahead. That is
     * sound because the record is durable and still in the overlay: nobody reads these runs, and replay ends the same.
     */
    private void eraseLongBlanks(FoldInput.Part part, FoldResult result) {
        Blanks blanks = part.generation().blanks();
        for (int i = 0; i < blanks.size(); i++) {
            long from = blanks.start(i);
            long last = blanks.end(i) - 1;
            if (blanks.end(i) - from < LONG_BLANK || blanks.pointer(i) == Pointer.POISON) {
                continue;
            }
            while (true) {
                begin(store.appliedLsn());
                from = erase(part.lineage(), from, last);
                if (from == HeadMerge.ERASED) {
                    break;
                }
                countLineage(part.lineage(), result);
                commit(result);
            }
        }
    }

    /**
     * Removes some runs of a deleted lineage.
     *
     * @return what changed; {@link FoldResult#reaped()} when it was the last of them
     */
    FoldResult reap(long lineage) {
        FoldResult result = new FoldResult(store.appliedLsn());
        begin(store.appliedLsn());
        boolean ended = erase(lineage, 0, Long.MAX_VALUE - 1) == HeadMerge.ERASED;
        countLineage(lineage, result);
        if (ended) {
            if (row(lineage).mapped() != 0) {
                throw new MetadataException("lineage " + lineage + " has no runs left but counts "
                        + row(lineage).mapped() + " blocks");
            }
            batch.delete(Table.LINEAGE, KeySpace.number(key, lineage));
            lineages.remove(lineage);
            result.reapedAll();
        }
        commit(result);
        return result;
    }

    private long erase(long lineage, long first, long last) {
        try (HeadMerge merge = new HeadMerge(store, batch, change, lineage)) {
            long next = merge.erase(first, last, runsPerStep);
            merge.finish();
            return next;
        }
    }

    private void begin(long lsn) {
        batch.clear();
        batch.lsn(lsn);
        change.clear();
    }

    private void countLineage(long lineage, FoldResult result) {
        long mapped = change.takeMapped();
        LineageRow old = row(lineage);
        if (mapped != 0) {
            put(lineage, new LineageRow(old.deleted(), Math.addExact(old.mapped(), mapped)));
            result.mapped(lineage, old.mapped() + mapped);
        }
    }

    private LineageRow row(long lineage) {
        return lineages.getOrDefault(lineage, new LineageRow(false, 0));
    }

    private void put(long lineage, LineageRow row) {
        lineages.put(lineage, row);
        batch.put(Table.LINEAGE, KeySpace.number(key, lineage), row.encode(value));
    }

    private void commit(FoldResult result) {
        change.segments().forEach(this::countSegment);
        live.prune();
        store.commit(batch);
        result.bytes(batch.bytes());
        result.segments().addAll(change.segments());
    }

    private void countSegment(long segment, long amount) {
        live.add(segment, amount);
        long bytes = live.get(segment);
        if (bytes < 0) {
            throw new MetadataException("segment " + segment + " would count " + bytes + " live bytes");
        }
        KeySpace.number(key, segment);
        if (bytes == 0) {
            batch.delete(Table.SEGMENT, key);
        } else {
            batch.put(Table.SEGMENT, key, value.clear().putLong(bytes).flip());
        }
    }
}
