package dev.sandstone.engine.map;

import dev.sandstone.engine.space.SegmentCounts;
import java.util.HashMap;
import java.util.Map;

/** What a step of the metadata writer did, handed from its thread to the loop. */
final class FoldResult {
    private final long lsn;
    private final SegmentCounts segments = new SegmentCounts();
    private final Map<Long, LineageRow> lineages = new HashMap<>();
    private long bytes;
    private boolean last;

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

    /** The accounts of lineages where they changed. */
    Map<Long, LineageRow> lineages() {
        return lineages;
    }

    /** Bytes committed. */
    long bytes() {
        return bytes;
    }

    void bytes(long more) {
        bytes += more;
    }

    /** Whether it was the last step of its job. */
    boolean last() {
        return last;
    }

    void isLast() {
        last = true;
    }
}
