package dev.sandstone.engine.log;

import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Takes what the recovery walk finds, in the order of LSNs, each LSN once. */
public interface ScanSink {
    /**
     * Told before any record: those behind this one may be on one copy only until {@link LogScanner#seal}, so nothing that outlives
     * another crash may say before that they are part of the log.
     */
    void sure(long lsn);

    /**
     * A sound record.
     *
     * @param payload of a record of bytes (CONFIG): position to limit, good until return; null for all others
     */
    void record(RecordDescriptor record, @Nullable ByteBuffer payload);

    /** An acknowledged record whose payload is damaged: a bit of {@code bad} is set for each block that is lost. */
    void damaged(RecordDescriptor record, BitSet bad);

    /** Acknowledged records of which not even the descriptors are left: nobody can say what they were about. */
    void lost(long firstLsn, long lastLsn);
}
