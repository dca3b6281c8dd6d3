package dev.sandstone.engine.volume;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** The bytes of a disk, and which of them mean something; see docs/on-disk-format.md. */
final class DiskImage {
    static final int BLOCK = 4096;

    private static final int FIRST_SLOT = 64 << 10;
    private static final int SEGMENT_MAGIC = 0x53534547;
    private static final int BATCH_MAGIC = 0x53424154;
    private static final int FOOTER_MAGIC = 0x53464F54;
    private static final int TRAILER_BYTES = 128;
    private static final int ACKED_LSN = 48;
    private static final int ACKED_END = 56;
    private static final int TRAILER_CRC = 124;
    private static final int HEADER_BYTES = 128;
    private static final int HEADER_COPY = 2048;

    /** What of a segment header is the same in all copies. */
    private static final int HEADER_FROM = 8;

    private static final int HEADER_TO = 124;

    private final byte[] bytes;
    private final int segmentBytes;

    DiskImage(byte[] bytes, int segmentBytes) {
        this.bytes = bytes;
        this.segmentBytes = segmentBytes;
    }

    byte[] bytes() {
        return bytes;
    }

    /**
     * A segment.
     *
     * @param at where it begins on the disk
     * @param dataEnd where its batches end, from there
     * @param footerBytes length of the footer at its end; 0 for one that has none
     */
    record Segment(long id, int at, int dataEnd, int footerBytes) {}

    int blocks() {
        return bytes.length / BLOCK;
    }

    int slots() {
        return (bytes.length - FIRST_SLOT - 2 * BLOCK) / segmentBytes;
    }

    int slot(int number) {
        return FIRST_SLOT + number * segmentBytes;
    }

    /** The slot that the block is in; negative when it is in none. */
    int slotOf(int block) {
        int at = block * BLOCK - FIRST_SLOT;
        return at < 0 || at / segmentBytes >= slots() ? -1 : at / segmentBytes;
    }

    boolean isSuperblock(int block) {
        return block < 2 || block >= blocks() - 2;
    }

    /** The segments by their ids. */
    Map<Long, Segment> segments() {
        Map<Long, Segment> all = new HashMap<>();
        for (int i = 0; i < slots(); i++) {
            if (hasHeader(i)) {
                Segment one = segment(slot(i));
                all.put(one.id, one);
            }
        }
        return all;
    }

    boolean hasHeader(int slot) {
        return ByteBuffer.wrap(bytes).getInt(slot(slot)) == SEGMENT_MAGIC;
    }

    /** Whether nothing was ever there, or it was given back. */
    boolean isFree(int slot) {
        for (int i = slot(slot); i < slot(slot) + BLOCK; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private Segment segment(int at) {
        ByteBuffer all = ByteBuffer.wrap(bytes, at, segmentBytes).slice();
        long id = all.getLong(24);
        int trailer = segmentBytes - TRAILER_BYTES;
        if (all.getInt(trailer) == FOOTER_MAGIC) {
            return new Segment(id, at, roundUp(all.getInt(trailer + 68)), roundUp(all.getInt(trailer + 72)));
        }
        int end = BLOCK;
        while (end < segmentBytes && all.getInt(end) == BATCH_MAGIC && all.getLong(end + 16) == id) {
            end += all.getInt(end + 48) * VolumeSpec.BLOCK_BYTES;
        }
        return new Segment(id, at, end, 0);
    }

    private static int roundUp(int bytes) {
        return (bytes + BLOCK - 1) / BLOCK * BLOCK;
    }

    /** The blocks that something depends on. */
    BitSet used() {
        BitSet used = new BitSet();
        used.set(0, 2);
        used.set(blocks() - 2, blocks());
        for (Segment one : segments().values()) {
            int first = one.at / BLOCK;
            int end = first + segmentBytes / BLOCK;
            used.set(first, first + one.dataEnd / BLOCK);
            used.set(end - one.footerBytes / BLOCK, end);
        }
        return used;
    }

    boolean sameBlock(DiskImage other, int block) {
        return sameBytes(other, block * BLOCK, block * BLOCK, BLOCK);
    }

    /** Whether the block is the same, or ends a footer that was written anew: that may say another ackedLsn than before. */
    boolean sameBlockOrResealed(DiskImage before, int block) {
        if (sameBlock(before, block)) {
            return true;
        }
        int slot = slotOf(block);
        int trailer = (block + 1) * BLOCK - TRAILER_BYTES;
        if (slot < 0 || trailer + TRAILER_BYTES != slot(slot) + segmentBytes) {
            return false;
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, trailer, TRAILER_CRC);
        return sameBytes(before, block * BLOCK, block * BLOCK, BLOCK - TRAILER_BYTES + ACKED_LSN)
                && sameBytes(before, trailer + ACKED_END, trailer + ACKED_END, TRAILER_CRC - ACKED_END)
                && ByteBuffer.wrap(bytes).getInt(trailer + TRAILER_CRC) == (int) crc.getValue();
    }

    boolean sameBytes(DiskImage other, int at, int there, int length) {
        return Arrays.equals(bytes, at, at + length, other.bytes, there, there + length);
    }

    /** Where these copies of a segment differ, apart from what the header says of the copy and what nobody uses. */
    List<Integer> differences(Segment mine, DiskImage other, Segment its) {
        List<Integer> offsets = new ArrayList<>();
        for (int block = 0; block < segmentBytes; block += BLOCK) {
            boolean used = block < mine.dataEnd || block >= segmentBytes - mine.footerBytes;
            boolean same = block == 0
                    ? sameBytes(other, mine.at + HEADER_FROM, its.at + HEADER_FROM, HEADER_TO - HEADER_FROM)
                            && sameBytes(this, mine.at, mine.at + HEADER_COPY, HEADER_BYTES)
                    : sameBytes(other, mine.at + block, its.at + block, BLOCK);
            if (used && !same) {
                offsets.add(block);
            }
        }
        return offsets;
    }

    /** Whether the copies of the superblock are the same, and each slot is a segment or free. */
    boolean isWhole() {
        for (int slot = 0; slot < slots(); slot++) {
            if (!isFree(slot) && !hasHeader(slot)) {
                return false;
            }
        }
        return hasWholeSuperblock();
    }

    /** Whether the superblock's four copies are the same. */
    boolean hasWholeSuperblock() {
        int last = bytes.length - BLOCK;
        return sameBytes(this, 0, BLOCK, BLOCK)
                && sameBytes(this, 0, last, BLOCK)
                && sameBytes(this, 0, last - BLOCK, BLOCK);
    }
}
