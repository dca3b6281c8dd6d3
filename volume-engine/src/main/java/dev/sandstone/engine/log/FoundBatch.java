package dev.sandstone.engine.log;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch whose header is sound; of its payload nothing is said.
 *
 * @param header its header
 * @param offset where it begins in its segment
 * @param head a copy of header and descriptors
 */
record FoundBatch(BatchHeader header, int offset, ByteBuffer head) {

    static FoundBatch of(ByteBuffer bytes, int at, BatchHeader header, int offset) {
        ByteBuffer head = ByteBuffer.allocate(header.headBytes());
        head.put(0, bytes, at, header.headBytes());
        return new FoundBatch(header, offset, head);
    }

    /** What it says of its records; null when the descriptors contradict each other. */
    @Nullable
    List<RecordDescriptor> records() {
        return Descriptors.decode(head, 0, header, offset);
    }

    /** Bytes of the blocks of DATA and RELOC records. */
    static int dataBytes(List<RecordDescriptor> records) {
        int bytes = 0;
        for (RecordDescriptor record : records) {
            bytes += record.type().carriesBlocks() ? record.payloadBytes() : 0;
        }
        return bytes;
    }
}
