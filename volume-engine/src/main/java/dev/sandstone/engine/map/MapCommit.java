package dev.sandstone.engine.map;

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
 * The batch that changes the metadata store, and the counters that go with it: each commit carries the rows of the
 * segment and lineage tables beside what they count.
 *
 * <p>Confined to one thread at a time, the metadata writer.
 */
final class MapCommit {
    private final MetadataStore store;
    private final MetadataBatch batch = new MetadataBatch();
    private final HeadChange change = new HeadChange();
    private final SegmentCounts live = new SegmentCounts();
    private final Map<Long, LineageRow> lineages = new HashMap<>();
    private final ByteBuffer key = ByteBuffer.allocate(Long.BYTES);
    private final ByteBuffer value = ByteBuffer.allocate(LineageRow.BYTES);

    /** Reads the counters. */
    MapCommit(MetadataStore store) {
        this.store = store;
        ByteBuffer first = KeySpace.number(ByteBuffer.allocate(Long.BYTES), 0);
        ByteBuffer end = KeySpace.number(ByteBuffer.allocate(Long.BYTES), -1);
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

    MetadataStore store() {
        return store;
    }

    MetadataBatch batch() {
        return batch;
    }

    HeadChange change() {
        return change;
    }

    /** Live bytes of each segment, as stored. */
    SegmentCounts live() {
        return live;
    }

    /** All lineages that have a row. */
    Map<Long, LineageRow> lineages() {
        return lineages;
    }

    LineageRow row(long lineage) {
        return lineages.getOrDefault(lineage, LineageRow.NEW);
    }

    /** Begins a batch after which the store has everything up to the record. */
    void begin(long lsn) {
        batch.clear();
        batch.lsn(lsn);
        change.clear();
    }

    /** Begins a batch that adds nothing of the log. */
    void begin() {
        begin(store.appliedLsn());
    }

    /** What was changed since the last call was a lineage's. */
    void count(long lineage, FoldResult result) {
        if (change.mapped() != 0 || change.history() != 0) {
            LineageRow row = row(lineage).counting(change.mapped(), change.history());
            put(lineage, row);
            result.lineages().put(lineage, row);
        }
        change.taken();
    }

    void put(long lineage, LineageRow row) {
        lineages.put(lineage, row);
        batch.put(Table.LINEAGE, KeySpace.number(key, lineage), row.encode(value));
    }

    /** Removes the row of a lineage that has nothing left. */
    void forget(long lineage) {
        LineageRow row = row(lineage);
        if (row.mapped() != 0 || row.history() != 0) {
            throw new MetadataException("lineage " + lineage + " has nothing left but counts " + row.mapped() + " and "
                    + row.history() + " blocks");
        }
        batch.delete(Table.LINEAGE, KeySpace.number(key, lineage));
        lineages.remove(lineage);
    }

    void commit(FoldResult result) {
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
