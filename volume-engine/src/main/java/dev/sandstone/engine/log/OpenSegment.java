package dev.sandstone.engine.log;

import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import java.nio.ByteBuffer;

/** A segment that batches are appended to: where the next one goes, and the footer as it grows. */
final class OpenSegment {
    private final SegmentHeader header;
    private final int segmentBytes;
    private final FooterBuilder footer;
    private int end = SegmentStore.BLOCK_BYTES;
    private int lastCrc;

    OpenSegment(SegmentHeader header, int segmentBytes, FooterBuffers memory) {
        this.header = header;
        this.segmentBytes = segmentBytes;
        lastCrc = header.crc();
        footer = new FooterBuilder(header, memory);
    }

    long id() {
        return header.id();
    }

    /** Where the next batch begins. */
    int end() {
        return end;
    }

    /** Header CRC of the last batch. */
    int lastCrc() {
        return lastCrc;
    }

    /** Whether the batch fits before a footer that knows it too. */
    boolean fits(Batch batch) {
        return end + batch.totalBytes() + footer.bytesWith(batch.headBytes()) <= segmentBytes;
    }

    /** What can still be appended, the footer set aside. */
    int room() {
        return segmentBytes - end - footer.bytesWith(0);
    }

    /** The batch goes to {@link #end}; its head is position to limit. */
    void took(ByteBuffer head, BatchHeader batch, int crc, int dataBytes) {
        footer.add(head, batch, end, dataBytes);
        end += batch.totalBytes();
        lastCrc = crc;
    }

    FooterBuilder footer() {
        return footer;
    }

    boolean isEmpty() {
        return end == SegmentStore.BLOCK_BYTES;
    }

    long lastLsn() {
        return footer.lastLsn();
    }
}
