package dev.sandstone.engine.store;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The first block of a segment, written when it is created and never changed.
 *
 * <pre>
 *    0  u32  magic "SSEG"
 *    4  u16  format version
 *    6  u8   stream: 0 user, 1 clean1, 2 clean2
 *    7  u8   replica index
 *    8  u128 pool uuid
 *   24  u64  segment id, below 2^34
 *   32  u32  shard
 *   36  u32  shard epoch
 *   40  u64  first LSN
 *   48  u64  previous segment of the stream, 0 when none
 *   56  u64  wall clock, microseconds since 1970
 *   64  u32  key epoch, 0 when not encrypted
 *   68  56   reserved, 0
 *  124  u32  CRC32C of bytes 0 to 123
 *  128  1920 reserved, 0
 * 2048  128  the same once more, so that no single sector takes a segment away
 * 2176  1920 reserved, 0
 * </pre>
 *
 * Big-endian.
 *
 * @param pool the pool it belongs to
 * @param id from {@link SegmentStore#newId}
 * @param replica which copy of the segment this is
 * @param stream what it takes
 * @param shard whose log it is part of
 * @param epoch of the shard when it was created
 * @param firstLsn no record in it has a smaller LSN
 * @param previous the segment its stream filled before, 0 when none
 * @param wallClockMicros when it was created
 * @param keyEpoch which key its payload is encrypted with, 0 for none
 */
public record SegmentHeader(
        UUID pool,
        long id,
        int replica,
        LogStream stream,
        int shard,
        int epoch,
        long firstLsn,
        long previous,
        long wallClockMicros,
        int keyEpoch) {
    /** Size on disk. */
    public static final int BYTES = SegmentStore.BLOCK_BYTES;

    /** Segment ids are below this: what a pointer can hold. */
    public static final long ID_LIMIT = 1L << 34;

    private static final int MAGIC = 0x53534547;
    private static final int COPY_AT = 2048;
    private static final int CRC_AT = 124;

    public SegmentHeader {
        if (id <= 0 || id >= ID_LIMIT) {
            throw new IllegalArgumentException("not a segment id: " + id);
        }
    }

    /**
     * CRC of the encoded header with replica index 0: what the first batch of the segment chains to, so that all copies
     * of a segment have the same bytes but for this header.
     */
    public int crc() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
        withReplica(0).encode(bytes);
        return bytes.getInt(CRC_AT);
    }

    /** The header of another copy of the segment. */
    public SegmentHeader withReplica(int index) {
        return index == replica
                ? this
                : new SegmentHeader(
                        pool, id, index, stream, shard, epoch, firstLsn, previous, wallClockMicros, keyEpoch);
    }

    /** Overwrites the first 4096 bytes of the buffer. */
    public void encode(ByteBuffer bytes) {
        Fields.zero(bytes, 0, BYTES);
        bytes.putInt(0, MAGIC)
                .putShort(4, Superblock.VERSION)
                .put(6, (byte) stream.code())
                .put(7, (byte) replica)
                .putLong(8, pool.getMostSignificantBits())
                .putLong(16, pool.getLeastSignificantBits())
                .putLong(24, id)
                .putInt(32, shard)
                .putInt(36, epoch)
                .putLong(40, firstLsn)
                .putLong(48, previous)
                .putLong(56, wallClockMicros)
                .putInt(64, keyEpoch)
                .putInt(CRC_AT, Fields.crc(bytes, 0, CRC_AT));
        bytes.put(COPY_AT, bytes, 0, CRC_AT + 4);
    }

    /** Reads the first 4096 bytes; null when they are not a sound header of this format and this pool. */
    public static @Nullable SegmentHeader decode(ByteBuffer bytes, UUID pool) {
        SegmentHeader header = decodeCopy(bytes.slice(0, CRC_AT + 4), pool);
        return header != null ? header : decodeCopy(bytes.slice(COPY_AT, CRC_AT + 4), pool);
    }

    private static @Nullable SegmentHeader decodeCopy(ByteBuffer bytes, UUID pool) {
        if (bytes.getInt(0) != MAGIC || bytes.getInt(CRC_AT) != Fields.crc(bytes, 0, CRC_AT)) {
            return null;
        }
        boolean ours = bytes.getLong(8) == pool.getMostSignificantBits()
                && bytes.getLong(16) == pool.getLeastSignificantBits();
        long id = bytes.getLong(24);
        int stream = bytes.get(6);
        boolean known = bytes.getShort(4) == Superblock.VERSION && stream >= 0 && stream <= 2;
        if (!ours || !known || id <= 0 || id >= ID_LIMIT || !Fields.isZero(bytes, 68, CRC_AT)) {
            return null;
        }
        return new SegmentHeader(
                pool,
                id,
                bytes.get(7) & 0xFF,
                LogStream.of(stream),
                bytes.getInt(32),
                bytes.getInt(36),
                bytes.getLong(40),
                bytes.getLong(48),
                bytes.getLong(56),
                bytes.getInt(64));
    }
}
