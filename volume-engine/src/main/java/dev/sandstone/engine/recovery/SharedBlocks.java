package dev.sandstone.engine.recovery;

import dev.sandstone.engine.log.Pointer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The payload of a REFMAP record: blocks of a lineage that show data which is there already.
 *
 * <pre>
 *  0  u16  version, 1
 *  2  u16  runs, at least 1
 *  4  u32  reserved, 0
 *  8  u64  lineage
 * 16       runs, each
 *          u64  first block
 *          u32  blocks, at least 1
 *          u32  reserved, 0
 *          u64  pointer of the first block: HOLE, ZERO or RAW
 *          u32 each, where the pointer is RAW: CRC32C of the block's 4096 bytes
 * </pre>
 *
 * Big-endian. At most 4096 bytes, as every record of bytes.
 */
public record SharedBlocks(long lineage, List<SharedBlocks.Extent> runs) {
    /** Most bytes of a payload. */
    public static final int MOST_BYTES = 4096;

    /** Bytes before the runs. */
    public static final int HEADER_BYTES = 16;

    private static final int RUN_BYTES = 24;
    private static final short VERSION = 1;

    /**
     * Consecutive blocks whose data lies one after the other.
     *
     * @param pointer of the first; HOLE and ZERO stand for all of them
     * @param checksums of each block; empty where there is no data
     */
    public record Extent(long block, int blocks, long pointer, int[] checksums) {

        /** Bytes of a run of so many blocks. */
        public static int bytes(int blocks, boolean data) {
            return RUN_BYTES + (data ? blocks * Integer.BYTES : 0);
        }
    }

    public byte[] encode() {
        int size = HEADER_BYTES
                + runs.stream()
                        .mapToInt(run -> Extent.bytes(run.blocks(), Pointer.hasData(run.pointer())))
                        .sum();
        ByteBuffer bytes = ByteBuffer.allocate(size);
        bytes.putShort(VERSION).putShort((short) runs.size()).putInt(0).putLong(lineage);
        for (Extent run : runs) {
            bytes.putLong(run.block()).putInt(run.blocks()).putInt(0).putLong(run.pointer());
            for (int i = 0; i < run.checksums().length; i++) {
                bytes.putInt(run.checksums()[i]);
            }
        }
        return bytes.array();
    }

    /**
     * Reads a payload, leaving the buffer as it is.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    public static SharedBlocks decode(ByteBuffer bytes) {
        ByteBuffer at = bytes.duplicate();
        if (at.remaining() < HEADER_BYTES) {
            throw new IllegalArgumentException("list of shared blocks of " + at.remaining() + " bytes");
        }
        int version = at.getShort();
        int count = Short.toUnsignedInt(at.getShort());
        int reserved = at.getInt();
        long lineage = at.getLong();
        if (version != VERSION || reserved != 0 || count == 0 || lineage <= 0) {
            throw new IllegalArgumentException(
                    "list of shared blocks of version " + version + " with " + count + " runs of lineage " + lineage);
        }
        List<Extent> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(extent(at));
        }
        if (at.hasRemaining()) {
            throw new IllegalArgumentException("list of shared blocks with " + at.remaining() + " bytes too many");
        }
        return new SharedBlocks(lineage, runs);
    }

    private static Extent extent(ByteBuffer at) {
        if (at.remaining() < RUN_BYTES) {
            throw new IllegalArgumentException("list of shared blocks that is cut off");
        }
        long block = at.getLong();
        int blocks = at.getInt();
        int reserved = at.getInt();
        long pointer = at.getLong();
        boolean data = Pointer.kind(pointer) == Pointer.KIND_RAW;
        boolean known = data || pointer == Pointer.HOLE || pointer == Pointer.ZERO;
        if (block < 0 || blocks <= 0 || reserved != 0 || !known || (data && blocks > at.remaining() / Integer.BYTES)) {
            throw new IllegalArgumentException("shared blocks " + block + " and " + blocks + " more at "
                    + Long.toHexString(pointer) + ", which cannot be");
        }
        int[] checksums = new int[data ? blocks : 0];
        for (int i = 0; i < checksums.length; i++) {
            checksums[i] = at.getInt();
        }
        return new Extent(block, blocks, pointer, checksums);
    }
}
