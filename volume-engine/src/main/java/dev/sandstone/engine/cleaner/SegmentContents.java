package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.log.RecordDescriptor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Port: what records a sealed segment holds, as its footer says. */
@FunctionalInterface
public interface SegmentContents {
    /** Reads the descriptors; the answer comes on the loop, not from within the call. */
    void read(long segment, Done done);

    /** Told on the loop. */
    @FunctionalInterface
    interface Done {
        /** @param records in LSN order; null when they cannot be read */
        void contents(@Nullable List<RecordDescriptor> records);
    }
}
