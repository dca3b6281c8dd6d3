package dev.sandstone.engine.log;

import dev.sandstone.engine.store.Fields;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.Superblock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The footer of a sealed segment, written once at its very end: an index of its batches, then a trailer.
 *
 * <p>A footer exists only where every batch it names is durable and acknowledged, so what it names is never a torn tail.
 *
 * <pre>
 * index, for each batch:
 *   0  u32  offset of the batch in the segment
 *   4  u32  bytes of its header and descriptors
 *   8       header and descriptors, as in the batch
 * then 0 up to the trailer, which is the last 128 bytes:
 *   0  u32  magic "SFOT"
 *   4  u16  format version, 1
 *   6  u16  reserved, 0
 *   8  u64  pool tag, as in a batch
 *  16  u64  segment
 *  24  u32  shard
 *  28  u32  shard epoch, as in the segment header
 *  32  u64  LSN of the first record, 0 when there is none
 *  40  u64  LSN of the last record, 0 when there is none
 *  48  u64  ackedLsn
 *  56  u32  batches
 *  60  u32  records
 *  64  u32  bytes of the blocks of DATA and RELOC records
 *  68  u32  offset behind the last batch
 *  72  u32  bytes of the footer, a multiple of 4096
 *  76  u32  bytes of the index
 *  80  u32  CRC32C of the index
 *  84  u32  digest: CRC32C of the rolled payload CRCs of all batches, in order
 *  88  36   reserved, 0
 * 124  u32  CRC32C of the trailer's bytes 0 to 123
 * </pre>
 *
 * Big-endian.
 */
final class FooterFormat {
    static final int TRAILER_BYTES = 128;
    static final int ENTRY_BYTES = 8;

    private static final int MAGIC = 0x53464F54;
    private static final int CRC_AT = TRAILER_BYTES - 4;

    private FooterFormat() {}

    /** The fields of the trailer. */
    record Trailer(
            long poolTag,
            int shard,
            int epoch,
            long ackedLsn,
            SegmentSummary summary,
            int footerBytes,
            int indexBytes,
            int indexCrc,
            int digest) {}

    /** A batch of the index: where it is, its header, where its head begins in the footer. */
    record Entry(int offset, BatchHeader header, int at) {}

    /** Puts the trailer at the end of the buffer, and zeros before it where the index leaves room. */
    static void encode(ByteBuffer bytes, Trailer trailer) {
        int at = bytes.limit() - TRAILER_BYTES;
        SegmentSummary summary = trailer.summary();
        Fields.zero(bytes, trailer.indexBytes(), bytes.limit());
        bytes.putInt(at, MAGIC)
                .putShort(at + 4, Superblock.VERSION)
                .putLong(at + 8, trailer.poolTag())
                .putLong(at + 16, summary.segment())
                .putInt(at + 24, trailer.shard())
                .putInt(at + 28, trailer.epoch())
                .putLong(at + 32, summary.firstLsn())
                .putLong(at + 40, summary.lastLsn())
                .putLong(at + 48, trailer.ackedLsn())
                .putInt(at + 56, summary.batches())
                .putInt(at + 60, summary.records())
                .putInt(at + 64, summary.payloadBytes())
                .putInt(at + 68, summary.dataEnd())
                .putInt(at + 72, trailer.footerBytes())
                .putInt(at + 76, trailer.indexBytes())
                .putInt(at + 80, trailer.indexCrc())
                .putInt(at + 84, trailer.digest());
        bytes.putInt(at + CRC_AT, Fields.crc(bytes, at, at + CRC_AT));
    }

    /** Reads the trailer at the end of the buffer; null when it is not a sound one of this segment. */
    static @Nullable Trailer decode(ByteBuffer bytes, SegmentHeader header, int segmentBytes) {
        int at = bytes.limit() - TRAILER_BYTES;
        if (bytes.getInt(at) != MAGIC
                || bytes.getInt(at + CRC_AT) != Fields.crc(bytes, at, at + CRC_AT)
                || bytes.getShort(at + 4) != Superblock.VERSION
                || bytes.getLong(at + 16) != header.id()) {
            return null;
        }
        SegmentSummary summary = new SegmentSummary(
                header.id(),
                bytes.getLong(at + 32),
                bytes.getLong(at + 40),
                bytes.getInt(at + 56),
                bytes.getInt(at + 60),
                bytes.getInt(at + 64),
                bytes.getInt(at + 68));
        Trailer trailer = new Trailer(
                bytes.getLong(at + 8),
                bytes.getInt(at + 24),
                bytes.getInt(at + 28),
                bytes.getLong(at + 48),
                summary,
                bytes.getInt(at + 72),
                bytes.getInt(at + 76),
                bytes.getInt(at + 80),
                bytes.getInt(at + 84));
        boolean reserved = bytes.getShort(at + 6) == 0 && Fields.isZero(bytes, at + 88, at + CRC_AT);
        return reserved && agrees(trailer, header, segmentBytes) ? trailer : null;
    }

    private static boolean agrees(Trailer trailer, SegmentHeader header, int segmentBytes) {
        SegmentSummary summary = trailer.summary();
        boolean owner = trailer.poolTag() == BatchFormat.poolTag(header.pool())
                && trailer.shard() == header.shard()
                && trailer.epoch() == header.epoch();
        boolean sizes = trailer.footerBytes() > 0
                && trailer.footerBytes() % SegmentStore.BLOCK_BYTES == 0
                && trailer.indexBytes() >= 0
                && trailer.indexBytes() <= trailer.footerBytes() - TRAILER_BYTES
                && summary.dataEnd() >= SegmentStore.BLOCK_BYTES
                && summary.dataEnd() <= segmentBytes - trailer.footerBytes();
        boolean counts = summary.batches() >= 0
                && summary.records() >= summary.batches()
                && summary.payloadBytes() >= 0
                && summary.payloadBytes() <= segmentBytes
                && summary.firstLsn() >= 0
                && summary.lastLsn() >= summary.firstLsn()
                && trailer.ackedLsn() >= summary.lastLsn();
        return owner && sizes && counts;
    }

    /** Reads the index at the beginning of the buffer; null when it is not what the trailer says. */
    static @Nullable List<Entry> index(ByteBuffer bytes, Trailer trailer) {
        int end = trailer.indexBytes();
        if (Fields.crc(bytes, 0, end) != trailer.indexCrc()) {
            return null;
        }
        List<Entry> entries = new ArrayList<>();
        int at = 0;
        long lastLsn = 0;
        int dataEnd = SegmentStore.BLOCK_BYTES;
        while (at < end) {
            if (end - at < ENTRY_BYTES + BatchFormat.HEADER_BYTES) {
                return null;
            }
            int offset = bytes.getInt(at);
            int size = bytes.getInt(at + 4);
            at += ENTRY_BYTES;
            BatchHeader header = size > end - at || size < 0 ? null : BatchFormat.decode(bytes, at, at + size);
            if (header == null || header.headBytes() != size || header.firstLsn() <= lastLsn || offset < dataEnd) {
                return null;
            }
            if (header.segment() != trailer.summary().segment() || offset % SegmentStore.BLOCK_BYTES != 0) {
                return null;
            }
            entries.add(new Entry(offset, header, at));
            lastLsn = header.lastLsn();
            dataEnd = Math.addExact(offset, header.totalBytes());
            at += size;
        }
        boolean whole = entries.size() == trailer.summary().batches()
                && lastLsn == trailer.summary().lastLsn()
                && dataEnd <= trailer.summary().dataEnd();
        return whole ? entries : null;
    }
}
