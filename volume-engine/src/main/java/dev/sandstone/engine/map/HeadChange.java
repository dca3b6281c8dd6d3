package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.space.SegmentCounts;

/** What a batch changes in the accounts: live bytes of segments, blocks with data of one lineage at a time. */
final class HeadChange {
    private final SegmentCounts segments = new SegmentCounts();
    private long mapped;
    private long history;

    SegmentCounts segments() {
        return segments;
    }

    /** Blocks with data that the head gained, less those it lost, since the last {@link #taken}. */
    long mapped() {
        return mapped;
    }

    /** The same of displaced versions that are kept. */
    long history() {
        return history;
    }

    /** Both are counted from zero on. */
    void taken() {
        mapped = 0;
        history = 0;
    }

    void added(Run run) {
        mapped += count(run.pointer, run.blocks());
    }

    void removed(Run run, long blocks) {
        mapped += count(run.pointer, -blocks);
    }

    /** Blocks that left the head are kept as history. */
    void kept(Run run, long blocks) {
        history += count(run.pointer, blocks);
    }

    /** A version that was displaced before it was there is kept as history. */
    void restored(long pointer) {
        history += count(pointer, 1);
    }

    /** A block's version is history no more. */
    void purged(long pointer) {
        history += count(pointer, -1);
    }

    /** A block's version lies elsewhere. */
    void moved(long from, long to) {
        count(from, -1);
        count(to, 1);
    }

    private long count(long pointer, long blocks) {
        if (!Pointer.hasData(pointer)) {
            return 0;
        }
        segments.add(Pointer.segment(pointer), blocks * BlockMap.BLOCK_BYTES);
        return blocks;
    }

    void clear() {
        segments.clear();
        taken();
    }
}
