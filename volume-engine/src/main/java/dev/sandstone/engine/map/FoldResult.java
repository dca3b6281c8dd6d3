package dev.sandstone.engine.map;

import dev.sandstone.engine.space.SegmentCounts;
import java.util.HashMap;
import java.util.Map;

/** What a step of the {@link HeadWriter} did, handed from its thread to the loop. */
final class FoldResult {
    private final long lsn;
    private final SegmentCounts segments = new SegmentCounts();
    private final Map<Long, Long> mapped = new HashMap<>();
    private long bytes;
    private boolean reaped;

    FoldResult(long lsn) {
        this.lsn = lsn;
    }

    /** The applied LSN after it. */
    long lsn() {
        return lsn;
    }

    /** Live bytes gained or lost by segments. */
    SegmentCounts segments() {
        return segments;
    }

    /** Blocks with data of lineages where that changed. */
    Map<Long, Long> mapped() {
        return mapped;
    }

    void mapped(long lineage, long blocks) {
        mapped.put(lineage, blocks);
    }

    /** Bytes committed. */
    long bytes() {
        return bytes;
    }

    void bytes(long more) {
        bytes += more;
    }

    /** Whether a deleted lineage is gone now. */
    boolean reaped() {
        return reaped;
    }

    void reapedAll() {
        reaped = true;
    }
}
