package dev.sandstone.engine.log;

import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the copies of a segment say the same after a crash. What was acknowledged is on all of them; a batch or a footer
 * that was under way may be on one only, and counts since recovery took it, so the others get it too.
 *
 * <p>Nothing is written before the walk has ended well. Blocking; one thread.
 */
final class CopyAgreement {
    private final SegmentStore store;
    private final SegmentIndex index;
    private final PayloadCheck payloads;
    private final List<Sealed> sealed = new ArrayList<>();
    private final List<Integer> places = new ArrayList<>();
    private final ByteBuffer right = SegmentIndex.direct(BatchFormat.MAX_BYTES);
    private final ByteBuffer there = SegmentIndex.direct(BatchFormat.MAX_BYTES);

    private record Sealed(SegmentHeader header, FooterFormat.Trailer trailer) {}

    CopyAgreement(SegmentStore store, SegmentIndex index, PayloadCheck payloads) {
        this.store = store;
        this.index = index;
        this.payloads = payloads;
    }

    /** A segment of the last epoch has this footer, on one of its copies at least. */
    void sealed(SegmentHeader header, FooterFormat.Trailer trailer) {
        if (hasSeveral(header.id())) {
            sealed.add(new Sealed(header, trailer));
        }
    }

    /** The damaged place held a copy of a segment that exists. */
    void otherCopyOf(int place) {
        places.add(place);
    }

    private boolean hasSeveral(long segment) {
        return Integer.bitCount(store.copies(segment)) > 1;
    }

    /** Gives footers to the copies that have none, and frees the places whose segments are elsewhere. */
    void footers() throws StoreException {
        for (int i = places.size() - 1; i >= 0; i--) {
            store.releaseDamagedNow(places.get(i));
        }
        for (Sealed segment : sealed) {
            long id = segment.header().id();
            for (int left = store.copies(id); left != 0; left &= left - 1) {
                int copy = Integer.numberOfTrailingZeros(left);
                ByteBuffer footer = segment.trailer().equals(index.trailer(segment.header(), copy))
                        ? null
                        : index.footer(segment.header(), segment.trailer());
                if (footer != null) {
                    store.repairNow(id, copy, store.segmentBytes() - footer.limit(), footer.position(0));
                }
            }
        }
    }

    /** Gives the batches that were taken, behind what was told to be durable, to the copies that have not all of them. */
    void batches(List<FoundBatch> batches, long told, long cut) throws StoreException {
        for (FoundBatch batch : batches) {
            long last = batch.header().lastLsn();
            List<RecordDescriptor> records = last > told && last <= cut ? batch.records() : null;
            if (records != null && hasSeveral(batch.header().segment()) && payloads.read(batch, records, true)) {
                agree(batch);
            }
        }
    }

    private void agree(FoundBatch batch) throws StoreException {
        BatchHeader header = batch.header();
        int size = header.totalBytes();
        right.clear().limit(size);
        for (int at = 0; at < header.payloadOffset(); at++) {
            right.put(at, at < header.headBytes() ? batch.head().get(at) : 0);
        }
        right.put(header.payloadOffset(), payloads.payload(), 0, size - header.payloadOffset());
        for (int left = store.copies(header.segment()); left != 0; left &= left - 1) {
            int copy = Integer.numberOfTrailingZeros(left);
            if (!has(header.segment(), copy, batch.offset(), size)) {
                store.repairNow(header.segment(), copy, batch.offset(), right);
            }
        }
    }

    private boolean has(long segment, int copy, int offset, int size) {
        try {
            store.readCopyNow(segment, copy, offset, there.clear().limit(size));
            return there.equals(right);
        } catch (StoreException unreadable) {
            return false;
        }
    }
}
