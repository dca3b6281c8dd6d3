package dev.sandstone.engine.log;

import dev.sandstone.engine.store.Fields;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.Superblock;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A batch: what one group commit writes, in one piece, at a multiple of 4 KiB.
 *
 * <pre>
 *   0  u32  magic "SBAT"
 *   4  u16  format version, 1
 *   6  u16  flags, 0
 *   8  u64  pool tag: both halves of the pool's uuid, exclusive-ored
 *  16  u64  segment it was written to
 *  24  u32  shard
 *  28  u32  shard epoch
 *  32  u64  LSN of the first record
 *  40  u32  number of records, their LSNs dense
 *  44  u32  header grains: where the payload begins, in units of 512 bytes, a multiple of 8
 *  48  u32  total grains, a multiple of 8
 *  52  u32  header CRC of the batch before it in the segment; of the first one, CRC of the segment header
 *  56  u64  ackedLsn: every record up to it was durable when this header was made
 *  64  u64  wall clock, microseconds since 1970
 *  72  u32  rolled payload CRC: CRC32C of the checksums of all payload blocks, in order
 *  76  u32  header CRC: CRC32C of header and descriptors, this field taken as 0
 *  80  u32  bytes of all descriptors
 *  84  44   reserved, 0
 * 128       descriptors, see {@link Descriptors}; then 0 up to the payload
 * </pre>
 *
 * Big-endian. The payload is whole blocks of 4 KiB, one record's after the other's.
 */
final class BatchFormat {
    static final int HEADER_BYTES = 128;

    /** Header with descriptors is never longer: so a batch is known from one read of this size. */
    static final int MAX_HEAD_BYTES = 16 << 10;

    /** Most payload blocks: 1 MiB at any alignment of its 512-byte blocks. */
    static final int MAX_PAYLOAD_BLOCKS = 257;

    static final int MAX_BYTES = MAX_HEAD_BYTES + MAX_PAYLOAD_BLOCKS * SegmentStore.BLOCK_BYTES;

    static final int MAGIC = 0x53424154;
    private static final int BLOCK_GRAINS = SegmentStore.BLOCK_BYTES / Pointer.GRAIN_BYTES;
    private static final int CRC_AT = 76;

    private BatchFormat() {}

    /** What marks the batches of a pool. */
    static long poolTag(UUID pool) {
        return pool.getMostSignificantBits() ^ pool.getLeastSignificantBits();
    }

    /** Bytes before the payload for a header with its descriptors. */
    static int headRoom(int headBytes) {
        return Fields.roundUp(headBytes, SegmentStore.BLOCK_BYTES);
    }

    /**
     * Puts the header at {@code at}, where the descriptors already follow it and the rest up to the payload is 0.
     *
     * @return its CRC
     */
    static int encode(ByteBuffer bytes, int at, BatchHeader header) {
        Fields.zero(bytes, at, at + HEADER_BYTES);
        bytes.putInt(at, MAGIC)
                .putShort(at + 4, Superblock.VERSION)
                .putLong(at + 8, header.poolTag())
                .putLong(at + 16, header.segment())
                .putInt(at + 24, header.shard())
                .putInt(at + 28, header.epoch())
                .putLong(at + 32, header.firstLsn())
                .putInt(at + 40, header.records())
                .putInt(at + 44, header.headerGrains())
                .putInt(at + 48, header.totalGrains())
                .putInt(at + 52, header.previousCrc())
                .putLong(at + 56, header.ackedLsn())
                .putLong(at + 64, header.wallClockMicros())
                .putInt(at + 72, header.payloadCrc())
                .putInt(at + 80, header.descriptorBytes());
        int crc = Fields.crc(bytes, at, at + HEADER_BYTES + header.descriptorBytes());
        bytes.putInt(at + CRC_AT, crc);
        return crc;
    }

    /**
     * Reads a header with its descriptors.
     *
     * @param at where it begins
     * @param end where the bytes end that are at hand
     * @return null when there is no sound header of this format
     */
    static @Nullable BatchHeader decode(ByteBuffer bytes, int at, int end) {
        if (end - at < HEADER_BYTES || bytes.getInt(at) != MAGIC || bytes.getShort(at + 4) != Superblock.VERSION) {
            return null;
        }
        int descriptorBytes = bytes.getInt(at + 80);
        int headLimit = Math.min(end - at, MAX_HEAD_BYTES);
        if (descriptorBytes < 0 || descriptorBytes > headLimit - HEADER_BYTES) {
            return null;
        }
        int crc = bytes.getInt(at + CRC_AT);
        if (crc != headerCrc(bytes, at, HEADER_BYTES + descriptorBytes)) {
            return null;
        }
        BatchHeader header = new BatchHeader(
                bytes.getLong(at + 8),
                bytes.getLong(at + 16),
                bytes.getInt(at + 24),
                bytes.getInt(at + 28),
                bytes.getLong(at + 32),
                bytes.getInt(at + 40),
                bytes.getInt(at + 44),
                bytes.getInt(at + 48),
                bytes.getInt(at + 52),
                bytes.getLong(at + 56),
                bytes.getLong(at + 64),
                bytes.getInt(at + 72),
                descriptorBytes,
                crc);
        boolean reserved = bytes.getShort(at + 6) == 0 && Fields.isZero(bytes, at + 84, at + HEADER_BYTES);
        return reserved && sizesAgree(header) ? header : null;
    }

    private static boolean sizesAgree(BatchHeader header) {
        int head = headRoom(HEADER_BYTES + header.descriptorBytes()) / Pointer.GRAIN_BYTES;
        int payload = header.totalGrains() - head;
        return header.headerGrains() == head
                && payload >= 0
                && payload % BLOCK_GRAINS == 0
                && payload <= MAX_PAYLOAD_BLOCKS * BLOCK_GRAINS
                && header.records() > 0
                && header.records() <= header.descriptorBytes() / Descriptors.BYTES
                && header.firstLsn() > 0
                && header.firstLsn() <= Long.MAX_VALUE - header.records()
                && header.ackedLsn() >= 0
                && header.ackedLsn() < header.firstLsn();
    }

    private static int headerCrc(ByteBuffer bytes, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(at + CRC_AT).position(at));
        for (int i = 0; i < Integer.BYTES; i++) {
            crc.update(0);
        }
        crc.update(bytes.duplicate().limit(at + length).position(at + CRC_AT + Integer.BYTES));
        return (int) crc.getValue();
    }
}
