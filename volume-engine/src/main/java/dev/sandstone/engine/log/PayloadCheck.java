package dev.sandstone.engine.log;

import dev.sandstone.engine.store.Fields;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;

/** Reads the payload of a batch and compares each block with its checksum. Blocking; one thread. */
final class PayloadCheck {
    private static final int BLOCK = SegmentStore.BLOCK_BYTES;

    private final SegmentStore store;
    private final ByteBuffer payload = SegmentIndex.direct(BatchFormat.MAX_PAYLOAD_BLOCKS * BLOCK);
    private final BitSet bad = new BitSet();

    PayloadCheck(SegmentStore store) {
        this.store = store;
    }

    /**
     * Reads the batch's payload.
     *
     * @param acknowledged then blocks that cannot be read count as damaged
     * @return whether every block is as its checksum says
     * @throws StoreException when the disk refused a read, and the batch was not acknowledged
     */
    boolean read(FoundBatch batch, List<RecordDescriptor> records, boolean acknowledged) throws StoreException {
        BatchHeader header = batch.header();
        int from = batch.offset() + header.payloadOffset();
        int size = header.totalBytes() - header.payloadOffset();
        bad.clear();
        payload.clear().limit(size);
        try {
            store.readNow(header.segment(), from, payload);
        } catch (StoreException e) {
            if (!acknowledged) {
                throw e;
            }
            readEach(header.segment(), from, size);
        }
        int block = 0;
        for (RecordDescriptor record : records) {
            for (int checksum : record.checksums()) {
                if (checksum != Fields.crc(payload, block * BLOCK, (block + 1) * BLOCK)) {
                    bad.set(block);
                }
                block++;
            }
        }
        return bad.isEmpty();
    }

    private void readEach(long segment, int from, int size) {
        for (int at = 0; at < size; at += BLOCK) {
            payload.clear().limit(at + BLOCK).position(at);
            try {
                store.readNow(segment, from + at, payload);
            } catch (StoreException refused) {
                bad.set(at / BLOCK);
            }
        }
        payload.clear().limit(size);
    }

    /** Hands out the records of the batch read last that lie behind an LSN. */
    void tell(List<RecordDescriptor> records, long behind, ScanSink sink) {
        int block = 0;
        for (RecordDescriptor record : records) {
            int blocks = record.checksums().length;
            BitSet lost = bad.get(block, block + blocks);
            if (record.lsn() <= behind) {
                block += blocks;
                continue;
            }
            if (!lost.isEmpty()) {
                sink.damaged(record, lost);
            } else if (blocks > 0 && !record.type().carriesBlocks()) {
                int from = block * BLOCK;
                sink.record(
                        record,
                        payload.duplicate().limit(from + record.payloadBytes()).position(from));
            } else {
                sink.record(record, null);
            }
            block += blocks;
        }
    }
}
