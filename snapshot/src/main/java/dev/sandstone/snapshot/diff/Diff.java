package dev.sandstone.snapshot.diff;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.VolumeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A part of what differs between two moments of a volume, in bytes, as backup tools copy it: ranges that touch are one.
 *
 * @param extents ascending, disjoint, not adjacent
 * @param nextByte where to go on; empty at the end
 */
public record Diff(List<Extent> extents, Optional<Long> nextByte) {
    private static final int BLOCK_BYTES = VolumeSpec.BLOCK_BYTES;

    public Diff {
        extents = List.copyOf(extents);
    }

    /** A run of bytes. */
    public record Extent(long offset, long length) {
        private long end() {
            return offset + length;
        }
    }

    /**
     * @param ranges as the engine answers them, ascending
     * @param nextBlock where the engine goes on
     */
    static Diff of(List<BlockRange> ranges, Optional<Long> nextBlock) {
        List<Extent> joined = new ArrayList<>();
        for (BlockRange range : ranges) {
            Extent extent = new Extent(range.lba() * BLOCK_BYTES, range.blocks() * BLOCK_BYTES);
            int last = joined.size() - 1;
            if (last >= 0 && joined.get(last).end() == extent.offset()) {
                Extent before = joined.get(last);
                joined.set(last, new Extent(before.offset(), before.length() + extent.length()));
            } else {
                joined.add(extent);
            }
        }
        return new Diff(joined, nextBlock.map(block -> block * BLOCK_BYTES));
    }
}
