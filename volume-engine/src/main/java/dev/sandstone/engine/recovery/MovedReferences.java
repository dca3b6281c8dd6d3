package dev.sandstone.engine.recovery;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.map.BlockSpan;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The payload of a RELOCREF record: cleaning has moved data, and these are the versions that show it without owning the
 * record it now lies in.
 *
 * <pre>
 *  0  u16  version, 1
 *  2  u16  runs, at least 1
 *  4  u32  reserved, 0
 *  8       runs, each
 *          u64  lineage
 *          u64  first block
 *          u64  birth: LSN of the record that made the lineage show them, which they keep
 *          u64  pointer of the first block, RAW: where the data lies now
 *          u32  blocks, at least 1
 *          u32  reserved, 0
 *          u32 each: CRC32C of the block's 4096 bytes
 * </pre>
 *
 * Big-endian. At most 4096 bytes, as every record of bytes.
 */
public record MovedReferences(List<MovedReferences.Version> runs) {
    /** Most bytes of a payload. */
    public static final int MOST_BYTES = 4096;

    /** Bytes before the runs. */
    public static final int HEADER_BYTES = 8;

    private static final int RUN_BYTES = 40;
    private static final short VERSION = 1;
    private static final int BLOCK_GRAINS = BlockMap.BLOCK_BYTES / Pointer.GRAIN_BYTES;

    /**
     * Consecutive blocks of one version whose data lies one after the other.
     *
     * @param lineage who shows them
     * @param block the first
     * @param blocks how many
     * @param birth LSN under which the lineage shows them
     * @param pointer of the first
     * @param checksums of each block
     */
    public record Version(long lineage, long block, int blocks, long birth, long pointer, int[] checksums)
            implements BlockSpan {

        /** Bytes of a run of so many blocks. */
        public static int bytes(int blocks) {
            return RUN_BYTES + blocks * Integer.BYTES;
        }
    }

    public byte[] encode() {
        int size = HEADER_BYTES
                + runs.stream().mapToInt(run -> Version.bytes(run.blocks())).sum();
        ByteBuffer bytes = ByteBuffer.allocate(size);
        bytes.putShort(VERSION).putShort((short) runs.size()).putInt(0);
        for (Version run : runs) {
            bytes.putLong(run.lineage()).putLong(run.block()).putLong(run.birth());
            bytes.putLong(run.pointer()).putInt(run.blocks()).putInt(0);
            for (int i = 0; i < run.blocks(); i++) {
                bytes.putInt(run.checksums()[i]);
            }
        }
        return bytes.array();
    }

    /** Records of at most {@link #MOST_BYTES} for so many runs, each of at most 64 blocks. */
    public static List<MovedReferences> of(List<Version> all) {
        List<MovedReferences> records = new ArrayList<>();
        List<Version> some = new ArrayList<>();
        int size = HEADER_BYTES;
        for (Version run : all) {
            int more = Version.bytes(run.blocks());
            if (size + more > MOST_BYTES) {
                records.add(new MovedReferences(some));
                some = new ArrayList<>();
                size = HEADER_BYTES;
            }
            some.add(run);
            size += more;
        }
        if (!some.isEmpty()) {
            records.add(new MovedReferences(some));
        }
        return records;
    }

    /** The same but for the runs that touch one of these places. */
    MovedReferences without(Set<Long> places) {
        return new MovedReferences(runs.stream()
                .filter(run -> IntStream.range(0, run.blocks())
                        .noneMatch(i -> places.contains(Pointer.plus(run.pointer(), i))))
                .toList());
    }

    /**
     * Reads a payload, leaving the buffer as it is.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    static MovedReferences decode(ByteBuffer bytes) {
        ByteBuffer at = bytes.duplicate();
        if (at.remaining() < HEADER_BYTES) {
            throw new IllegalArgumentException("list of moved references of " + at.remaining() + " bytes");
        }
        int version = at.getShort();
        int count = Short.toUnsignedInt(at.getShort());
        int reserved = at.getInt();
        if (version != VERSION || reserved != 0 || count == 0) {
            throw new IllegalArgumentException(
                    "list of moved references of version " + version + " with " + count + " runs");
        }
        List<Version> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(run(at));
        }
        if (at.hasRemaining()) {
            throw new IllegalArgumentException("list of moved references with " + at.remaining() + " bytes too many");
        }
        return new MovedReferences(runs);
    }

    private static Version run(ByteBuffer at) {
        if (at.remaining() < RUN_BYTES) {
            throw new IllegalArgumentException("list of moved references that is cut off");
        }
        long lineage = at.getLong();
        long block = at.getLong();
        long birth = at.getLong();
        long pointer = at.getLong();
        int blocks = at.getInt();
        int reserved = at.getInt();
        boolean named = lineage > 0 && block >= 0 && birth > 0;
        boolean placed = Pointer.hasData(pointer)
                && Pointer.valid(pointer)
                && Pointer.grain(pointer) + blocks * (long) BLOCK_GRAINS <= Pointer.GRAINS;
        boolean counted = blocks > 0 && reserved == 0 && blocks <= at.remaining() / Integer.BYTES;
        if (!named || !placed || !counted) {
            throw new IllegalArgumentException("moved references of lineage " + lineage + " block " + block + " and "
                    + blocks + " more at " + Long.toHexString(pointer) + ", which cannot be");
        }
        int[] checksums = new int[blocks];
        for (int i = 0; i < blocks; i++) {
            checksums[i] = at.getInt();
        }
        return new Version(lineage, block, blocks, birth, pointer, checksums);
    }
}
