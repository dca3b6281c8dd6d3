package dev.sandstone.engine.log;

import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a sealed segment must have, piece by piece: its footer names every batch with its head, and the head
 * has the checksum of every block. So one sound footer tells right from wrong everywhere in every copy.
 *
 * <p>Blocking; one thread. Unit of damage: the block of 4 KiB.
 */
public final class SegmentAudit {
    private static final int BLOCK = SegmentStore.BLOCK_BYTES;

    private final SegmentStore store;
    private final SegmentHeader header;
    private final List<FoundBatch> batches;
    /** Position to limit; its capacity may be larger. */
    private final ByteBuffer footer;

    private final PayloadCheck payloads;
    private final ByteBuffer piece = SegmentIndex.direct(BatchFormat.MAX_BYTES);
    private final BitSet lost = new BitSet();

    private SegmentAudit(SegmentStore store, SegmentHeader header, List<FoundBatch> batches, ByteBuffer footer) {
        this.store = store;
        this.header = header;
        this.batches = batches;
        this.footer = footer;
        payloads = new PayloadCheck(store);
    }

    /**
     * Reads the footer.
     *
     * @return null when no copy has a sound one
     */
    public static @Nullable SegmentAudit of(SegmentStore store, SegmentHeader header) throws StoreException {
        SegmentIndex index = new SegmentIndex(store, Arena.ofAuto());
        FooterFormat.Trailer trailer = index.trailer(header);
        List<FoundBatch> batches = trailer == null ? null : index.batches(header, trailer);
        ByteBuffer footer = trailer == null ? null : index.footer(header, trailer);
        return batches == null || footer == null ? null : new SegmentAudit(store, header, batches, footer.position(0));
    }

    /** Batches and footer. The segment header is not among them: it differs from copy to copy. */
    public int pieces() {
        return batches.size() + 1;
    }

    /** Where the piece begins in the segment. */
    public int offset(int number) {
        return number == batches.size()
                ? store.segmentBytes() - footer.remaining()
                : batches.get(number).offset();
    }

    /**
     * What the piece must be, from whichever copy has it; blocks that none has are in {@link #lost} and hold what the last
     * copy has. Position to limit; good until the next call.
     */
    public ByteBuffer right(int number) throws StoreException {
        lost.clear();
        if (number == batches.size()) {
            return footer.duplicate();
        }
        FoundBatch batch = batches.get(number);
        List<RecordDescriptor> records = batch.records();
        if (records == null) {
            throw new StoreException(
                    StoreException.Kind.DAMAGED,
                    "segment " + header.id() + " has a batch that contradicts itself at " + batch.offset());
        }
        int head = batch.header().payloadOffset();
        int size = batch.header().totalBytes();
        payloads.read(batch, records, true);
        piece.clear().limit(size);
        piece.put(0, batch.head(), 0, batch.header().headBytes());
        for (int at = batch.header().headBytes(); at < head; at++) {
            piece.put(at, (byte) 0);
        }
        piece.put(head, payloads.payload(), 0, size - head);
        payloads.forEachBad(block -> lost.set(head / BLOCK + block));
        return piece;
    }

    /** Blocks of the piece read last that no copy has. */
    public BitSet lost() {
        return lost;
    }

    /** Compares a piece of a copy with what it must be; answers the blocks that differ, and that some copy has. */
    public BitSet differing(ByteBuffer copy, ByteBuffer right) {
        BitSet differing = new BitSet();
        for (int at = 0; at < right.limit(); at += BLOCK) {
            boolean same = copy.slice(at, BLOCK).equals(right.slice(at, BLOCK));
            differing.set(at / BLOCK, !same && !lost.get(at / BLOCK));
        }
        return differing;
    }
}
