package dev.sandstone.engine.log;

import dev.sandstone.engine.store.Fields;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Gathers the footer of a segment, batch by batch; see {@link FooterFormat}. */
final class FooterBuilder {
    private static final int INITIAL_BYTES = 64 << 10;

    private final SegmentHeader header;
    private final FooterBuffers memory;
    private final CRC32C digest = new CRC32C();
    private ByteBuffer index;
    private long firstLsn;
    private long lastLsn;
    private int batches;
    private int records;
    private int dataBytes;
    private int dataEnd = SegmentStore.BLOCK_BYTES;

    /** @param memory where its own comes from, and goes by {@link #release} */
    FooterBuilder(SegmentHeader header, FooterBuffers memory) {
        this.header = header;
        this.memory = memory;
        index = memory.take(INITIAL_BYTES);
    }

    /** Size of the footer when one more batch with such a head is in it; 0 for none. */
    int bytesWith(int headBytes) {
        int entry = headBytes == 0 ? 0 : FooterFormat.ENTRY_BYTES + headBytes;
        return Fields.roundUp(index.position() + entry + FooterFormat.TRAILER_BYTES, SegmentStore.BLOCK_BYTES);
    }

    /**
     * Takes a batch.
     *
     * @param head its header and descriptors, position to limit
     * @param batch the same header
     * @param offset where it begins in the segment
     * @param data bytes of DATA and RELOC blocks in it
     */
    void add(ByteBuffer head, BatchHeader batch, int offset, int data) {
        reserve(FooterFormat.ENTRY_BYTES + head.remaining());
        index.putInt(offset).putInt(head.remaining()).put(head.duplicate());
        for (int shift = 24; shift >= 0; shift -= 8) {
            digest.update(batch.payloadCrc() >>> shift);
        }
        firstLsn = batches == 0 ? batch.firstLsn() : firstLsn;
        lastLsn = batch.lastLsn();
        batches++;
        records += batch.records();
        dataBytes += data;
        dataEnd = offset + batch.totalBytes();
    }

    /** The footer, position to limit, in memory that {@link #release} takes back; it belongs at the very end of the segment. */
    ByteBuffer build(long ackedLsn) {
        int size = bytesWith(0);
        ByteBuffer bytes = memory.take(size).limit(size);
        bytes.put(0, index, 0, index.position());
        FooterFormat.encode(
                bytes,
                new FooterFormat.Trailer(
                        BatchFormat.poolTag(header.pool()),
                        header.shard(),
                        header.epoch(),
                        ackedLsn,
                        summary(),
                        size,
                        index.position(),
                        Fields.crc(bytes, 0, index.position()),
                        (int) digest.getValue()));
        return bytes;
    }

    /** The footer is on the disk: neither it nor what it was gathered in is needed any more. */
    void release(ByteBuffer built) {
        memory.give(built);
        memory.give(index);
    }

    SegmentSummary summary() {
        return new SegmentSummary(header.id(), firstLsn, lastLsn, batches, records, dataBytes, dataEnd);
    }

    long lastLsn() {
        return lastLsn;
    }

    private void reserve(int more) {
        if (index.remaining() < more) {
            int size = Math.max(Math.addExact(index.position(), more), Math.multiplyExact(index.capacity(), 2));
            ByteBuffer small = index;
            index = memory.take(size).put(small.flip());
            memory.give(small);
        }
    }
}
