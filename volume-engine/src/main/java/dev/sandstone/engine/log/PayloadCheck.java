package dev.sandstone.engine.log;

import dev.sandstone.engine.store.Fields;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Reads the payload of a batch and compares each block with its checksum; what one copy of the segment has not is taken
 * from another. Blocking; one thread.
 */
final class PayloadCheck {
    private static final int BLOCK = SegmentStore.BLOCK_BYTES;

    private final SegmentStore store;
    private final ByteBuffer payload = SegmentIndex.direct(BatchFormat.MAX_PAYLOAD_BLOCKS * BLOCK);
    private final BitSet bad = new BitSet();
    private final BitSet unreadable = new BitSet();

    PayloadCheck(SegmentStore store) {
        this.store = store;
    }

    /**
     * Reads the batch's payload.
     *
     * @param acknowledged then blocks that cannot be read count as damaged
     * @return whether every block is as its checksum says
     * @throws StoreException when no disk could read a block, and the batch was not acknowledged
     */
    boolean read(FoundBatch batch, List<RecordDescriptor> records, boolean acknowledged) throws StoreException {
        BatchHeader header = batch.header();
        int from = batch.offset() + header.payloadOffset();
        int size = header.totalBytes() - header.payloadOffset();
        bad.clear();
        unreadable.clear();
        bad.set(0, size / BLOCK);
        unreadable.set(0, size / BLOCK);
        StoreException refused = null;
        for (int left = store.copies(header.segment()); !bad.isEmpty() && left != 0; left &= left - 1) {
            try {
                take(header.segment(), Integer.numberOfTrailingZeros(left), from, size);
            } catch (StoreException e) {
                refused = e;
            }
            compare(records);
        }
        payload.clear().limit(size);
        unreadable.and(bad);
        if (refused != null && !unreadable.isEmpty() && !acknowledged) {
            throw refused;
        }
        return bad.isEmpty();
    }

    /** Hands over the blocks of what was read last that no copy has. */
    void forEachBad(IntConsumer visitor) {
        bad.stream().forEach(visitor);
    }

    /** What was read last, each block as its checksum says where that was found. */
    ByteBuffer payload() {
        return payload;
    }

    /** Reads the blocks that are bad so far from one copy; throws at the end when some could not be read. */
    private void take(long segment, int copy, int from, int size) throws StoreException {
        if (bad.cardinality() == size / BLOCK) {
            try {
                store.readCopyNow(segment, copy, from, payload.clear().limit(size));
                unreadable.clear();
                return;
            } catch (StoreException e) {
                // Some of it may be readable.
            }
        }
        StoreException refused = null;
        for (int block = bad.nextSetBit(0); block >= 0; block = bad.nextSetBit(block + 1)) {
            int at = block * BLOCK;
            try {
                store.readCopyNow(
                        segment,
                        copy,
                        from + at,
                        payload.clear().limit(at + BLOCK).position(at));
                unreadable.clear(block);
            } catch (StoreException e) {
                refused = e;
            }
        }
        if (refused != null) {
            throw refused;
        }
    }

    private void compare(List<RecordDescriptor> records) {
        payload.clear();
        int block = 0;
        for (RecordDescriptor record : records) {
            for (int checksum : record.checksums()) {
                if (bad.get(block) && checksum == Fields.crc(payload, block * BLOCK, (block + 1) * BLOCK)) {
                    bad.clear(block);
                }
                block++;
            }
        }
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
