package dev.sandstone.iscsi.transfer;

import dev.sandstone.iscsi.pdu.Bhs;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The Data-In of a command that was sent and may be asked for again (RFC 7143 11.16): the bytes, and how they were cut.
 *
 * <pre>
 *   DataSN   0     1     2 | 3     4     5 | 6         cut at MaxRecvDataSegmentLength and at each MaxBurstLength
 *            acknowledged  ^ base                      a new cut begins at the base
 * </pre>
 */
final class SentRead {
    private final int length;
    private final int burst;
    private @Nullable ByteBuf buffer;
    private int segment;
    private int baseSn;
    private int baseOffset;
    private int count;
    private int ackTag = Bhs.RESERVED_TAG;

    /**
     * @param buffer owned from now on; its first {@code length} bytes are the data
     * @param segment the initiator's MaxRecvDataSegmentLength
     * @param burst MaxBurstLength
     */
    SentRead(ByteBuf buffer, int length, int segment, int burst) {
        this.buffer = buffer;
        this.length = length;
        this.segment = segment;
        this.burst = burst;
        count();
    }

    /** Length of the PDU that begins at that offset, in bytes. */
    int pieceAt(int offset) {
        return Math.min(segment, Math.min(burst - offset % burst, length - offset));
    }

    /** Whether a burst ends before that offset. */
    boolean endsBurst(int offset) {
        return offset % burst == 0;
    }

    /** Where the PDU of that number begins; not before the first that is unacknowledged. */
    int offsetOf(int dataSn) {
        int offset = baseOffset;
        for (int sn = baseSn; sn < dataSn; sn++) {
            offset += pieceAt(offset);
        }
        return offset;
    }

    private void count() {
        int sn = baseSn;
        for (int offset = baseOffset; offset < length; offset += pieceAt(offset)) {
            sn++;
        }
        count = sn;
    }

    /** The bytes; null once they were given up. */
    @Nullable
    ByteBuf buffer() {
        return buffer;
    }

    int length() {
        return length;
    }

    /** The first DataSN that is not acknowledged. */
    int firstSn() {
        return baseSn;
    }

    /** The DataSN after the last. */
    int endSn() {
        return count;
    }

    /** Whether a run of so many PDUs was sent and is not acknowledged. */
    boolean holds(int first, int run) {
        return first >= baseSn && run > 0 && run <= count - first;
    }

    /** The tag under which the initiator acknowledges data. */
    int ackTag() {
        return ackTag;
    }

    void ackTag(int tag) {
        ackTag = tag;
    }

    /**
     * All before that DataSN has arrived.
     *
     * @return whether that number can be
     */
    boolean acknowledge(int dataSn) {
        if (dataSn <= baseSn || dataSn > count) {
            return dataSn == baseSn;
        }
        baseOffset = offsetOf(dataSn);
        baseSn = dataSn;
        return true;
    }

    /** Cuts anew what is not acknowledged. */
    void cut(int newSegment) {
        segment = newSegment;
        count();
    }

    /** Gives the bytes up. */
    void release() {
        ByteBuf held = buffer;
        buffer = null;
        if (held != null) {
            held.release();
        }
    }
}
