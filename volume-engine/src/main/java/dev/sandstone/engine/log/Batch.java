package dev.sandstone.engine.log;

import dev.sandstone.engine.store.Fields;
import dev.sandstone.engine.store.LogStream;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreDone;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Records that go to disk together: gathered, closed, written, told, used again.
 *
 * <p>The payload lies behind a gap that takes the longest head; when the batch is written the head is put right before
 * the payload, so that both are one piece.
 */
final class Batch implements StoreDone {
    private static final int BLOCK = SegmentStore.BLOCK_BYTES;
    private static final int PAYLOAD_AT = BatchFormat.MAX_HEAD_BYTES;
    private static final int MAX_RECORDS = (BatchFormat.MAX_HEAD_BYTES - BatchFormat.HEADER_BYTES) / Descriptors.BYTES;

    private final LogWriter writer;
    private final ByteBuffer bytes;
    private final ByteBuffer descriptors =
            ByteBuffer.allocateDirect(BatchFormat.MAX_HEAD_BYTES - BatchFormat.HEADER_BYTES);
    private final LogRecord[] records = new LogRecord[MAX_RECORDS];
    private final int[] firstBlocks = new int[MAX_RECORDS];
    private final CRC32C checksums = new CRC32C();
    private int dataBytes;
    private int count;
    private int told;
    private int payloadBlocks;
    private long firstLsn;
    private LogStream stream = LogStream.USER;
    private int head;
    private @Nullable OpenSegment segment;
    private int offset;
    private boolean landed;

    Batch(LogWriter writer) {
        this.writer = writer;
        bytes = ByteBuffer.allocateDirect(BatchFormat.MAX_BYTES + BLOCK).alignedSlice(BLOCK);
    }

    void begin(LogStream of, long lsn) {
        stream = of;
        firstLsn = lsn;
        count = 0;
        told = 0;
        payloadBlocks = 0;
        dataBytes = 0;
        descriptors.clear();
        checksums.reset();
        segment = null;
        landed = false;
    }

    /** Whether a record with so many blocks of payload still fits. */
    boolean takes(int blocks) {
        return count < MAX_RECORDS
                && payloadBlocks + blocks <= BatchFormat.MAX_PAYLOAD_BLOCKS
                && descriptors.remaining() >= Descriptors.BYTES + blocks * Integer.BYTES;
    }

    /** Takes the record under the next LSN. */
    void add(LogRecord record) {
        long lsn = firstLsn + count;
        int size = record.payloadBytes();
        int blocks = Descriptors.payloadBlocks(size);
        long birth = record.type() == RecordType.RELOC ? record.birth() : lsn;
        int from = PAYLOAD_AT + payloadBlocks * BLOCK;
        int before = descriptors.position();
        Descriptors.put(descriptors, record, birth, payloadBlocks);
        if (size > 0) {
            bytes.limit(from + size).position(from);
            record.putPayload(bytes);
            if (bytes.position() != from + size) {
                throw new IllegalStateException(record.type() + " record put another number of bytes than it said");
            }
            bytes.clear();
            Fields.zero(bytes, from + size, from + blocks * BLOCK);
        }
        boolean data = record.type().carriesBlocks();
        for (int i = 0; i < blocks; i++) {
            descriptors.putInt(data ? record.checksum(i) : Fields.crc(bytes, from, from + BLOCK));
        }
        if (blocks > 0) {
            checksums.update(
                    descriptors.duplicate().limit(descriptors.position()).position(before + Descriptors.BYTES));
        }
        records[count] = record;
        firstBlocks[count] = payloadBlocks;
        payloadBlocks += blocks;
        dataBytes += data ? size : 0;
        count++;
    }

    /** Copies from the payload of a record of this batch; position and limit of the target stay. */
    void copy(long lsn, int from, ByteBuffer dst) {
        int at = PAYLOAD_AT + firstBlocks[(int) (lsn - firstLsn)] * BLOCK + from;
        dst.put(dst.position(), bytes, at, dst.remaining());
    }

    /** Fixes the place, makes the head; answers what is to be written. */
    ByteBuffer close(OpenSegment target, LogConfig config, long ackedLsn, long wallClockMicros) {
        int headBytes = headBytes();
        head = PAYLOAD_AT - BatchFormat.headRoom(headBytes);
        segment = target;
        offset = target.end();
        landed = false;
        Fields.zero(bytes, head + headBytes, PAYLOAD_AT);
        bytes.put(head + BatchFormat.HEADER_BYTES, descriptors, 0, descriptors.position());
        BatchHeader header = new BatchHeader(
                BatchFormat.poolTag(config.pool()),
                target.id(),
                config.shard(),
                config.epoch(),
                firstLsn,
                count,
                (PAYLOAD_AT - head) / Pointer.GRAIN_BYTES,
                totalBytes() / Pointer.GRAIN_BYTES,
                target.lastCrc(),
                ackedLsn,
                wallClockMicros,
                (int) checksums.getValue(),
                descriptors.position(),
                0);
        int crc = BatchFormat.encode(bytes, head, header);
        target.took(bytes.duplicate().limit(head + headBytes).position(head), header, crc, dataBytes);
        return bytes.limit(head + totalBytes()).position(head);
    }

    /** Tells every record that it is durable. */
    void tellDurable() {
        int payload = offset + PAYLOAD_AT - head;
        while (told < count) {
            int i = told++;
            int grain = (payload + firstBlocks[i] * BLOCK) / Pointer.GRAIN_BYTES;
            records[i].durable(firstLsn + i, Pointer.raw(segment().id(), grain));
        }
    }

    /** Tells every record that was told nothing yet that the log has failed. */
    void tellFailed() {
        while (told < count) {
            int i = told++;
            records[i].failed(firstLsn + i);
        }
    }

    @Override
    public void done(@Nullable StoreException failure) {
        bytes.clear();
        landed = failure == null;
        writer.written(this, failure);
    }

    boolean landed() {
        return landed;
    }

    OpenSegment segment() {
        OpenSegment at = segment;
        if (at == null) {
            throw new IllegalStateException("the batch has no place yet");
        }
        return at;
    }

    LogStream stream() {
        return stream;
    }

    long firstLsn() {
        return firstLsn;
    }

    long lastLsn() {
        return firstLsn + count - 1;
    }

    boolean has(long lsn) {
        return lsn >= firstLsn && lsn < firstLsn + count;
    }

    int records() {
        return count;
    }

    int offset() {
        return offset;
    }

    /** Bytes of DATA and RELOC blocks. */
    int dataBytes() {
        return dataBytes;
    }

    int payloadBytes() {
        return payloadBlocks * BLOCK;
    }

    int headBytes() {
        return BatchFormat.HEADER_BYTES + descriptors.position();
    }

    int totalBytes() {
        return BatchFormat.headRoom(headBytes()) + payloadBytes();
    }
}
