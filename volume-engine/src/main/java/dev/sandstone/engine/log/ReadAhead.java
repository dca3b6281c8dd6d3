package dev.sandstone.engine.log;

import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;

/**
 * Reads one copy of a segment in large pieces, for a walk that looks at block after block: a read of its own for each
 * would be thousands where nothing was written yet.
 *
 * <p>Blocking; one thread.
 */
final class ReadAhead {
    private static final int BYTES = 256 << 10;

    private final SegmentStore store;
    private final int copy;
    private final ByteBuffer bytes;
    private long segment;
    private int from;
    private int to;
    private int unreadableUpTo;

    ReadAhead(SegmentStore store, int copy) {
        this.store = store;
        this.copy = copy;
        bytes = SegmentIndex.direct(Math.min(BYTES, store.segmentBytes()));
    }

    /** What follows is about that segment, from any place on and only forward. */
    void begin(long segment) {
        this.segment = segment;
        from = 0;
        to = 0;
        unreadableUpTo = 0;
    }

    /**
     * Fills the buffer with what lies there, which ends inside the segment.
     *
     * @return false when the disk did not read the piece as a whole: the caller reads for itself
     */
    boolean read(int at, ByteBuffer dst) {
        int size = dst.limit();
        if (at < unreadableUpTo) {
            return false;
        }
        if (at + size > to) {
            from = at;
            to = Math.min(store.segmentBytes(), at + bytes.capacity());
            try {
                store.readCopyNow(segment, copy, from, bytes.clear().limit(to - from));
            } catch (StoreException unreadable) {
                unreadableUpTo = to;
                to = from;
                return false;
            }
        }
        dst.put(0, bytes, at - from, size);
        return true;
    }
}
