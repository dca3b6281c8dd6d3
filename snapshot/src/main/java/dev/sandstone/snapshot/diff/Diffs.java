package dev.sandstone.snapshot.diff;

import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.Timeline.Comparison;
import dev.sandstone.engine.volume.VolumeSpec;
import java.util.concurrent.CompletionStage;

/**
 * Finds what differs between two moments, a part at a time, at a cost that follows what changed and not the size of the
 * volume. The parts fit together, towards the moment now too, when each but the first is asked with the comparison that the
 * one before answered: now is then that of the first.
 */
public final class Diffs {
    /** Most extents of a part. */
    public static final int MOST_EXTENTS = 4096;

    private final Timeline timeline;

    public Diffs(Timeline timeline) {
        this.timeline = timeline;
    }

    /**
     * @param fromByte multiple of 512; 0 at first, then what the part before named
     * @param limit 1 to {@link #MOST_EXTENTS}
     */
    public CompletionStage<Diff> part(Comparison comparison, long fromByte, int limit) {
        if (fromByte < 0 || fromByte % VolumeSpec.BLOCK_BYTES != 0 || limit < 1 || limit > MOST_EXTENTS) {
            throw new IllegalArgumentException("from byte " + fromByte + ", " + limit + " extents");
        }
        return timeline.changes(comparison, fromByte / VolumeSpec.BLOCK_BYTES, limit)
                .thenApply(Diff::of);
    }
}
