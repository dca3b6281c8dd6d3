package dev.sandstone.copy.job;

import dev.sandstone.scsi.sense.SenseData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job has to do, segment by segment in this order.
 *
 * @param broken how the job ends after the last segment, because the next one cannot be done; null when there is no such
 */
public record CopyPlan(List<Segment> segments, @Nullable SenseData broken) {
    public CopyPlan {
        segments = List.copyOf(segments);
    }

    /** All blocks of all segments. */
    public long blocks() {
        return segments.stream().mapToLong(Segment::blocks).sum();
    }
}
