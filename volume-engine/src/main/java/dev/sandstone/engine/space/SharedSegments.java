package dev.sandstone.engine.space;

import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * The segments that hold blocks which others than the owner of their record may show (copies by reference). The cleaner
 * finds those others by the facts of the table REFS, not by the segment's records.
 *
 * <p>Confined to the shard's loop, but for {@link #load}, which comes before.
 */
public final class SharedSegments {
    private final Set<Long> shared = new HashSet<>();
    private final Set<Long> tangled = new HashSet<>();
    private final SegmentCounts underWay = new SegmentCounts();

    /** Reads what the store has. Blocks. */
    public static SharedSegments load(MetadataStore store) {
        SharedSegments segments = new SharedSegments();
        ByteBuffer from = ByteBuffer.allocateDirect(KeySpace.REFS_KEY_BYTES);
        ByteBuffer end = KeySpace.refs(ByteBuffer.allocateDirect(KeySpace.REFS_KEY_BYTES), -1);
        long segment = 0;
        while (segment >= 0) {
            // One row of each segment is enough.
            try (MetadataCursor rows = store.scan(Table.REFS, KeySpace.refs(from, segment), end)) {
                segment = -1;
                if (rows.valid()) {
                    long found = KeySpace.part(rows.key(), 0);
                    segments.shared.add(found);
                    segment = found + 1;
                }
            }
        }
        return segments;
    }

    /** A record that shares blocks of the segment has its LSN. */
    public void begin(long segment) {
        underWay.add(segment, 1);
    }

    /** That record is in the map, or never will be. */
    public void end(long segment) {
        underWay.add(segment, -1);
    }

    /** Blocks of the segment are shared from now on. */
    public void add(long segment) {
        shared.add(segment);
    }

    /** Whether blocks of the segment are shared, or are about to be. */
    public boolean holds(long segment) {
        return shared.contains(segment) || underWay.get(segment) > 0;
    }

    /** Those who show blocks of the segment are too many to be looked at: it is left until nothing in it is alive. */
    public void tangled(long segment) {
        tangled.add(segment);
    }

    /** Whether that was said. */
    public boolean isTangled(long segment) {
        return tangled.contains(segment);
    }

    /** Whether a record is on its way that shares blocks of the segment: what it counts as live is not all then. */
    public boolean isGrowing(long segment) {
        return underWay.get(segment) > 0;
    }
}
