package dev.sandstone.snapshot.diff;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.Timeline.Changes;
import dev.sandstone.engine.volume.Timeline.Comparison;
import dev.sandstone.engine.volume.VolumeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A part of what differs between two moments of a volume, in bytes, as backup tools copy it: ranges that touch are one.
 *
 * @param extents ascending, disjoint, not adjacent
 * @param nextByte where to go on; empty at the end
 * @param comparison to be asked for the next part, so that all are of one now
 */
public record Diff(List<Extent> extents, Optional<Long> nextByte, Comparison comparison) {
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

    /** What the engine answers, in bytes. */
    static Diff of(Changes changes) {
        List<Extent> joined = new ArrayList<>();
        for (BlockRange range : changes.ranges()) {
            Extent extent = new Extent(range.lba() * BLOCK_BYTES, range.blocks() * BLOCK_BYTES);
            int last = joined.size() - 1;
            if (last >= 0 && joined.get(last).end() == extent.offset()) {
                Extent before = joined.get(last);
                joined.set(last, new Extent(before.offset(), before.length() + extent.length()));
            } else {
                joined.add(extent);
            }
        }
        return new Diff(joined, changes.next().map(block -> block * BLOCK_BYTES), changes.comparison());
    }
}
