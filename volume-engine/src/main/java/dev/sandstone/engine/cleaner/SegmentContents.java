package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.log.RecordDescriptor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Port: what records a sealed segment holds, as its footer says. */
@FunctionalInterface
public interface SegmentContents {
    /**
     * Reads the descriptors; the answer comes on the loop, not from within the call.
     *
     * @param payloadBytes bytes of the blocks that its records carry: an answer that names fewer is not the whole one
     */
    void read(long segment, long payloadBytes, Done done);

    /** Told on the loop. */
    @FunctionalInterface
    interface Done {
        /** @param records in LSN order; null when they cannot all be read */
        void contents(@Nullable List<RecordDescriptor> records);
    }
}
