package dev.sandstone.engine.log;

import dev.sandstone.engine.store.LogStream;
import dev.sandstone.engine.store.SegmentHeader;
import org.jspecify.annotations.Nullable;

/** Port of the log writer: gives it segments, is told when they are full. Called on the loop. */
public interface SegmentSource {
    /**
     * Makes a segment in the store. Whoever admits records sees to it that there is room for them: a record with an LSN
     * cannot wait for cleaning.
     *
     * @param firstLsn for the header
     * @param previous for the header
     */
    void open(LogStream stream, long firstLsn, long previous, Opened done);

    /**
     * A batch is durable.
     *
     * @param payloadBytes bytes of its blocks
     * @param logBytes what it takes of the segment, head and all
     * @param roomBytes what can still be appended to the segment
     */
    void appended(long segment, int payloadBytes, int logBytes, int roomBytes);

    /** No more will be appended to it; its footer comes when every record in it is acknowledged. */
    void left(long segment);

    /** No more is appended, its footer is durable and every record in it acknowledged. */
    void sealed(SegmentSummary segment);

    /** Told on the loop, also from within {@link #open}. */
    @FunctionalInterface
    interface Opened {
        /** @param header null when there is none to be had: the log fails */
        void opened(@Nullable SegmentHeader header);
    }
}
