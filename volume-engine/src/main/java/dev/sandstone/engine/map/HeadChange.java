package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.space.SegmentCounts;

/** What a batch changes in the accounts: live bytes of segments, blocks with data of one lineage at a time. */
final class HeadChange {
    private final SegmentCounts segments = new SegmentCounts();
    private long mapped;

    SegmentCounts segments() {
        return segments;
    }

    /** Blocks with data that were added, less those removed, since the last {@link #takeMapped}. */
    long takeMapped() {
        long taken = mapped;
        mapped = 0;
        return taken;
    }

    void added(Run run) {
        count(run.pointer, run.blocks());
    }

    void removed(Run run, long blocks) {
        count(run.pointer, -blocks);
    }

    private void count(long pointer, long blocks) {
        if (Pointer.hasData(pointer)) {
            segments.add(Pointer.segment(pointer), blocks * BlockMap.BLOCK_BYTES);
            mapped += blocks;
        }
    }

    void clear() {
        segments.clear();
        mapped = 0;
    }
}
