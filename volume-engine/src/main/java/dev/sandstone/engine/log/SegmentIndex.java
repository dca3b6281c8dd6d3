package dev.sandstone.engine.log;

import dev.sandstone.engine.store.Fields;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a segment holds: from its footer, or where there is none by walking its batches.
 *
 * <p>Blocking; any thread, one at a time.
 */
final class SegmentIndex {
    private static final int BLOCK = SegmentStore.BLOCK_BYTES;

    private final SegmentStore store;
    private final Arena arena;
    private final ByteBuffer head;
    private final Map<Integer, ReadAhead> ahead = new HashMap<>();

    /** @param arena what is read from footers, and found in them, lives as long as this */
    SegmentIndex(SegmentStore store, Arena arena) {
        this.store = store;
        this.arena = arena;
        head = memory(BatchFormat.MAX_HEAD_BYTES);
    }

    private ByteBuffer memory(int size) {
        return arena.allocate(size, BLOCK).asByteBuffer();
    }

    static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size + BLOCK).alignedSlice(BLOCK).limit(size);
    }

    /** The trailer of the footer, of the first copy that has a sound one; null when none has one that can be read. */
    FooterFormat.@Nullable Trailer trailer(SegmentHeader segment) {
        FooterFormat.Trailer found = null;
        for (int left = store.copies(segment.id()); found == null && left != 0; left &= left - 1) {
            found = trailer(segment, Integer.numberOfTrailingZeros(left));
        }
        return found;
    }

    /** The trailer that one copy has. */
    FooterFormat.@Nullable Trailer trailer(SegmentHeader segment, int copy) {
        head.clear().limit(BLOCK);
        try {
            store.readCopyNow(segment.id(), copy, store.segmentBytes() - BLOCK, head);
        } catch (StoreException unreadable) {
            return null;
        }
        return FooterFormat.decode(head, segment, store.segmentBytes());
    }

    /** The batches as the footer names them; null when no copy of the footer is sound. */
    @Nullable
    List<FoundBatch> batches(SegmentHeader segment, FooterFormat.Trailer trailer) throws StoreException {
        ByteBuffer footer = footer(segment, trailer);
        List<FooterFormat.Entry> entries = footer == null ? null : FooterFormat.index(footer, trailer);
        if (footer == null || entries == null) {
            return null;
        }
        List<FoundBatch> batches = new ArrayList<>(entries.size());
        for (FooterFormat.Entry entry : entries) {
            batches.add(FoundBatch.of(footer, entry.at(), entry.header(), entry.offset()));
        }
        return batches;
    }

    /** The whole footer of the first copy whose index is sound; null when none is. */
    @Nullable
    ByteBuffer footer(SegmentHeader segment, FooterFormat.Trailer trailer) throws StoreException {
        ByteBuffer footer = memory(trailer.footerBytes());
        StoreException unreadable = null;
        for (int left = store.copies(segment.id()); left != 0; left &= left - 1) {
            int copy = Integer.numberOfTrailingZeros(left);
            try {
                int at = store.segmentBytes() - trailer.footerBytes();
                store.readCopyNow(segment.id(), copy, at, footer.clear().limit(trailer.footerBytes()));
            } catch (StoreException e) {
                unreadable = e;
                continue;
            }
            if (trailer.equals(FooterFormat.decode(footer, segment, store.segmentBytes()))
                    && FooterFormat.index(footer, trailer) != null) {
                // No checksum covers what lies between index and trailer: it is zeros.
                Fields.zero(footer, trailer.indexBytes(), trailer.footerBytes() - FooterFormat.TRAILER_BYTES);
                return footer;
            }
        }
        if (unreadable != null) {
            throw unreadable;
        }
        return null;
    }

    /**
     * The batches found by walking from one header to the next. Where one is missing the walk goes on at the next sound
     * header behind it that belongs to this segment and has a larger LSN: only payload can lie between, and a payload
     * that looks like a batch of this very segment is a copy of an older one. At each place the first copy of the
     * segment counts that has such a header there.
     *
     * @param limit batches from this LSN on are not part of the log
     */
    Walk walk(SegmentHeader segment, long limit) {
        List<FoundBatch> batches = new ArrayList<>();
        int chain = segment.crc();
        boolean chained = true;
        long lastLsn = segment.firstLsn() - 1;
        int unreadableAt = -1;
        int at = BLOCK;
        ahead.values().forEach(copy -> copy.begin(segment.id()));
        while (at <= store.segmentBytes() - BLOCK) {
            BatchHeader header = null;
            boolean readable = false;
            for (int left = store.copies(segment.id()); header == null && left != 0; left &= left - 1) {
                int copy = Integer.numberOfTrailingZeros(left);
                // From header to header a piece each time; where one is missing, block after block.
                readable |= chained ? fill(segment, copy, at) : fillAhead(segment, copy, at);
                BatchHeader found = header(segment);
                boolean next = found != null
                        && found.firstLsn() > lastLsn
                        && found.lastLsn() < limit
                        && (!chained || found.previousCrc() == chain)
                        && found.totalBytes() <= store.segmentBytes() - at;
                header = next ? found : null;
            }
            if (header == null) {
                unreadableAt = readable ? unreadableAt : at;
                chained = false;
                at += BLOCK;
            } else {
                batches.add(FoundBatch.of(head, 0, header, at));
                chain = header.crc();
                lastLsn = header.lastLsn();
                chained = true;
                unreadableAt = -1;
                at += header.totalBytes();
            }
        }
        return new Walk(batches, unreadableAt);
    }

    /**
     * What a walk found.
     *
     * @param batches in order
     * @param unreadableAt a place behind the last batch that the disk could not read; -1 when there is none
     */
    record Walk(List<FoundBatch> batches, int unreadableAt) {}

    /** {@link #fill} where one block after the other is looked at. */
    private boolean fillAhead(SegmentHeader segment, int copy, int at) {
        ReadAhead of = ahead.get(copy);
        if (of == null) {
            of = new ReadAhead(store, copy);
            of.begin(segment.id());
            ahead.put(copy, of);
        }
        head.clear().limit(Math.min(BatchFormat.MAX_HEAD_BYTES, store.segmentBytes() - at));
        return of.read(at, head) || fill(segment, copy, at);
    }

    /** Reads what a header with its descriptors may take; what cannot be read is zeros. */
    private boolean fill(SegmentHeader segment, int copy, int at) {
        head.clear().limit(Math.min(BatchFormat.MAX_HEAD_BYTES, store.segmentBytes() - at));
        try {
            store.readCopyNow(segment.id(), copy, at, head);
            return true;
        } catch (StoreException unreadable) {
            return fillBlocks(segment, copy, at);
        }
    }

    /** Reads block by block; answers whether the first one could be read. */
    private boolean fillBlocks(SegmentHeader segment, int copy, int at) {
        int end = head.limit();
        boolean first = true;
        for (int from = 0; from < end; from += BLOCK) {
            head.limit(from + BLOCK).position(from);
            try {
                store.readCopyNow(segment.id(), copy, at + from, head);
            } catch (StoreException unreadable) {
                Fields.zero(head, from, from + BLOCK);
                first &= from > 0;
            }
        }
        head.clear().limit(end);
        return first;
    }

    /**
     * The last of the batches that follow one another from the beginning of a place whose segment header is damaged; null
     * when it begins with none. It may be of an earlier life of the place, and then has an LSN that the map has long since.
     */
    @Nullable
    BatchHeader lastOfDamaged(int place) {
        long poolTag = BatchFormat.poolTag(store.superblock().pool());
        BatchHeader last = null;
        int at = BLOCK;
        while (at <= store.segmentBytes() - BLOCK) {
            head.clear().limit(Math.min(BatchFormat.MAX_HEAD_BYTES, store.segmentBytes() - at));
            try {
                store.readDamagedNow(place, at, head);
            } catch (StoreException unreadable) {
                return last;
            }
            BatchHeader header = BatchFormat.decode(head, 0, head.limit());
            if (header == null || header.poolTag() != poolTag) {
                return last;
            }
            if (last != null && (header.segment() != last.segment() || header.firstLsn() <= last.lastLsn())) {
                return last;
            }
            last = header;
            at += header.totalBytes();
        }
        return last;
    }

    private @Nullable BatchHeader header(SegmentHeader segment) {
        BatchHeader header = BatchFormat.decode(head, 0, head.limit());
        boolean ours = header != null
                && header.poolTag() == BatchFormat.poolTag(segment.pool())
                && header.segment() == segment.id()
                && header.shard() == segment.shard()
                && header.epoch() == segment.epoch();
        return ours ? header : null;
    }
}
