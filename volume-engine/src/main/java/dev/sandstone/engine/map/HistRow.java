package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.MetadataException;
import java.nio.ByteBuffer;

/**
 * Versions that were displaced in one leaf between two points and that some of these shows: a row of the table HIST. Its death is
 * not later than any of the records that displaced them, and later than all points before these.
 *
 * <p>Its value, big-endian, is a format byte (1), then pieces by ascending index, each of blocks that follow one another
 * in place, log and birth:
 *
 * <pre>
 *  0  index:8       of the first block in the leaf
 *  1  blocks:8      1 to 64
 *  2  pointer:64    of the first block; may be without data
 * 10  birth:64
 * 18  checksum:32   of each block, only where the pointer has data
 * </pre>
 */
final class HistRow {
    static final int MAX_BYTES = 1 + Leaf.BLOCKS * 22;

    private static final int FORMAT = 1;
    private static final int PIECE_BYTES = 18;

    /** Bit i: block i of the leaf is in the row. */
    long present;

    final Leaf versions = new Leaf();

    void clear() {
        present = 0;
    }

    boolean has(int index) {
        return (present >>> index & 1) != 0;
    }

    void remove(int index) {
        present &= ~(1L << index);
    }

    void put(int index, long pointer, long birth, int checksum) {
        present |= 1L << index;
        versions.pointers[index] = pointer;
        versions.births[index] = birth;
        versions.checksums[index] = checksum;
    }

    /** The index behind the piece that begins there. */
    int endOfPiece(int from) {
        int end = from + 1;
        while (end < Leaf.BLOCKS && has(end) && versions.goesOn(from, end)) {
            end++;
        }
        return end;
    }

    /** The first index from there on that is in the row; {@link Leaf#BLOCKS} when none is. */
    int next(int from) {
        return from >= Leaf.BLOCKS
                ? Leaf.BLOCKS
                : Math.min(Leaf.BLOCKS, from + Long.numberOfTrailingZeros(present >>> from));
    }

    ByteBuffer encode(ByteBuffer value) {
        begin(value);
        for (int from = next(0); from < Leaf.BLOCKS; ) {
            int end = endOfPiece(from);
            piece(value, versions, from, end);
            from = next(end);
        }
        return value.flip();
    }

    /** Begins a row in {@code value}: pieces follow, then it is flipped. */
    static void begin(ByteBuffer value) {
        value.clear().put((byte) FORMAT);
    }

    /** Adds the piece of the versions from one to before another. */
    static void piece(ByteBuffer value, Leaf versions, int from, int end) {
        long pointer = versions.pointers[from];
        value.put((byte) from).put((byte) (end - from)).putLong(pointer).putLong(versions.births[from]);
        for (int i = from; i < end && Pointer.hasData(pointer); i++) {
            value.putInt(versions.checksums[i]);
        }
    }

    /**
     * Reads a row; the buffer stays as it is.
     *
     * @throws MetadataException when the bytes are no such row
     */
    void decode(ByteBuffer value) {
        present = 0;
        int at = value.position();
        int limit = value.limit();
        if (limit - at < 1 + PIECE_BYTES || value.get(at) != FORMAT) {
            throw damaged("a row of " + (limit - at) + " bytes");
        }
        at++;
        int before = 0;
        while (at < limit) {
            if (limit - at < PIECE_BYTES) {
                throw damaged("a piece of " + (limit - at) + " bytes");
            }
            int index = value.get(at);
            int blocks = value.get(at + 1);
            long pointer = value.getLong(at + 2);
            long birth = value.getLong(at + 10);
            boolean data = Pointer.hasData(pointer);
            int bytes = PIECE_BYTES + (data ? blocks * Integer.BYTES : 0);
            boolean placed = index >= before && blocks > 0 && index + blocks <= Leaf.BLOCKS;
            if (!placed || limit - at < bytes || birth <= 0 || !Pointer.valid(pointer)) {
                throw damaged(blocks + " blocks at " + index + ", birth " + birth);
            }
            for (int i = 0; i < blocks; i++) {
                int checksum = data ? value.getInt(at + PIECE_BYTES + i * Integer.BYTES) : 0;
                put(index + i, Pointer.plus(pointer, i), birth, checksum);
            }
            before = index + blocks;
            at += bytes;
        }
    }

    private static MetadataException damaged(String what) {
        return new MetadataException("the block map holds a damaged row of history: " + what
                + "; its files are damaged: check the disk under the metadata folder");
    }
}
