package dev.sandstone.engine.log;

import dev.sandstone.engine.store.SegmentStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a batch says of each of its records.
 *
 * <pre>
 *  0  u8   type, see {@link RecordType}
 *  1  u8   flags, 0
 *  2  u8   codec of the payload: 0 plain
 *  3  u8   reserved, 0
 *  4  u32  blocks; of a record of bytes, how many bytes; below 2^31
 *  8  u48  lineage
 * 14  u48  first block; of a record of bytes 0
 * 20  u64  birth: LSN under which the blocks were first written; the record's own unless RELOC
 * 28  u16  payload offset, in grains from the beginning of the batch's payload
 * 30  u16  stored grains, a multiple of 8
 * 32  u32  each: CRC32C of every 4 KiB of the payload
 * </pre>
 *
 * Big-endian.
 */
final class Descriptors {
    /** Without checksums. */
    static final int BYTES = 32;

    private static final int BLOCK_GRAINS = SegmentStore.BLOCK_BYTES / Pointer.GRAIN_BYTES;
    private static final long U48 = (1L << 48) - 1;

    private Descriptors() {}

    /** 4 KiB blocks that a payload takes. */
    static int payloadBlocks(int payloadBytes) {
        return (payloadBytes + SegmentStore.BLOCK_BYTES - 1) / SegmentStore.BLOCK_BYTES;
    }

    /** Appends what the record says, without checksums, at the buffer's position. */
    static void put(ByteBuffer bytes, LogRecord record, long birth, int payloadBlock) {
        RecordType type = record.type();
        long lineage = record.lineage();
        long block = type.aboutBlocks() ? record.block() : 0;
        if ((lineage & ~U48) != 0 || (block & ~U48) != 0) {
            throw new IllegalArgumentException("lineage " + lineage + " or block " + block + " is out of range");
        }
        int payloadBytes = record.payloadBytes();
        bytes.put(type.code()).put((byte) 0).put((byte) 0).put((byte) 0);
        bytes.putInt(type.aboutBlocks() ? record.blocks() : payloadBytes);
        putU48(bytes, lineage);
        putU48(bytes, block);
        bytes.putLong(birth);
        bytes.putShort((short) (payloadBytes == 0 ? 0 : payloadBlock * BLOCK_GRAINS));
        bytes.putShort((short) (payloadBlocks(payloadBytes) * BLOCK_GRAINS));
    }

    /**
     * Reads the descriptors of a batch whose header is sound.
     *
     * @param at where the batch begins in the buffer
     * @param offset where it begins in its segment
     * @return null when they contradict each other or the header
     */
    static @Nullable List<RecordDescriptor> decode(ByteBuffer bytes, int at, BatchHeader header, int offset) {
        List<RecordDescriptor> records = new ArrayList<>(header.records());
        int from = at + BatchFormat.HEADER_BYTES;
        int end = from + header.descriptorBytes();
        int payloadBlocks = 0;
        CRC32C rolled = new CRC32C();
        for (int i = 0; i < header.records(); i++) {
            if (end - from < BYTES) {
                return null;
            }
            int stored = bytes.getShort(from + 30) & 0xFFFF;
            int blocks = stored / BLOCK_GRAINS;
            int size = BYTES + blocks * Integer.BYTES;
            if (stored % BLOCK_GRAINS != 0 || end - from < size) {
                return null;
            }
            RecordDescriptor record = decode(bytes, from, header, i, offset);
            boolean placed = blocks == 0 || (bytes.getShort(from + 28) & 0xFFFF) == payloadBlocks * BLOCK_GRAINS;
            if (record == null || !placed) {
                return null;
            }
            rolled.update(bytes.duplicate().limit(from + size).position(from + BYTES));
            payloadBlocks += blocks;
            records.add(record);
            from += size;
        }
        boolean whole = from == end
                && payloadBlocks * BLOCK_GRAINS == header.totalGrains() - header.headerGrains()
                && (int) rolled.getValue() == header.payloadCrc();
        return whole ? records : null;
    }

    private static @Nullable RecordDescriptor decode(
            ByteBuffer bytes, int from, BatchHeader header, int index, int offset) {
        RecordType type = RecordType.of(bytes.get(from));
        int count = bytes.getInt(from + 4);
        if (type == null || count < 0 || bytes.getShort(from + 1) != 0 || bytes.get(from + 3) != 0) {
            return null;
        }
        int stored = (bytes.getShort(from + 30) & 0xFFFF) / BLOCK_GRAINS;
        int payloadBytes = type.carriesBlocks() ? stored * SegmentStore.BLOCK_BYTES : type.aboutBlocks() ? 0 : count;
        int expected = type.carriesBlocks() ? count : type.aboutBlocks() ? 0 : payloadBlocks(Math.min(count, 4097));
        boolean bytesFit = type.aboutBlocks() || count <= SegmentStore.BLOCK_BYTES;
        if (stored != expected || !bytesFit) {
            return null;
        }
        int[] checksums = new int[stored];
        for (int i = 0; i < stored; i++) {
            checksums[i] = bytes.getInt(from + BYTES + i * Integer.BYTES);
        }
        int grain = offset / Pointer.GRAIN_BYTES + header.headerGrains() + (bytes.getShort(from + 28) & 0xFFFF);
        if (grain >= Pointer.GRAINS) {
            return null;
        }
        return new RecordDescriptor(
                header.firstLsn() + index,
                type,
                u48(bytes, from + 8),
                u48(bytes, from + 14),
                type.aboutBlocks() ? count : 0,
                bytes.getLong(from + 20),
                stored == 0 ? Pointer.HOLE : Pointer.raw(header.segment(), grain),
                payloadBytes,
                checksums);
    }

    private static void putU48(ByteBuffer bytes, long value) {
        bytes.putShort((short) (value >>> 32)).putInt((int) value);
    }

    private static long u48(ByteBuffer bytes, int at) {
        return (bytes.getShort(at) & 0xFFFFL) << 32 | (bytes.getInt(at + 2) & 0xFFFFFFFFL);
    }
}
