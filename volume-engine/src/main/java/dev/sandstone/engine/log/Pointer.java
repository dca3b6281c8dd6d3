package dev.sandstone.engine.log;

/**
 * Where the bytes of one 4 KiB block are, in 64 bits.
 *
 * <pre>
 *  63  61 60                     27 26         10 9      6 5      1  0
 * +------+-------------------------+-------------+--------+--------+---+
 * | kind |         segment         |    grain    | index  | pages-1| 0 |
 * |   3  |            34           |      17     |    4   |    5   | 1 |
 * +------+-------------------------+-------------+--------+--------+---+
 * </pre>
 *
 * <p>Grain: offset in the segment in units of 512 bytes. Index: which block of a compressed frame. Pages: 4 KiB pages to
 * read for the frame. A pointer without data is its kind alone, all other bits zero; a hole is the number 0.
 */
public final class Pointer {
    /** Never written, or unmapped: reads as zeros. */
    public static final int KIND_HOLE = 0;
    /** Written as zeros: takes no space. */
    public static final int KIND_ZERO = 1;
    /** 4096 bytes as they are. */
    public static final int KIND_RAW = 2;
    /** In a frame compressed by LZ4. */
    public static final int KIND_LZ = 3;
    /** In a frame compressed by Zstandard. */
    public static final int KIND_ZSTD = 4;
    /** The data is lost on every copy. */
    public static final int KIND_POISON = 5;
    /** One pattern repeated. */
    public static final int KIND_PATTERN = 6;
    /** For what this layout cannot say. */
    public static final int KIND_ESCAPE = 7;

    public static final long HOLE = 0;
    public static final long ZERO = (long) KIND_ZERO << 61;
    public static final long POISON = (long) KIND_POISON << 61;

    /** Segment ids are less than this. */
    public static final long SEGMENTS = 1L << 34;
    /** Grains of a segment are less than this: 64 MiB. */
    public static final int GRAINS = 1 << 17;
    /** Bytes of a grain. */
    public static final int GRAIN_BYTES = 512;

    private static final int BLOCK_GRAINS = 8;
    private static final int KIND_SHIFT = 61;
    private static final int SEGMENT_SHIFT = 27;
    private static final int GRAIN_SHIFT = 10;

    private Pointer() {}

    /** A block stored as it is. */
    public static long raw(long segment, int grain) {
        if (segment < 0 || segment >= SEGMENTS || grain < 0 || grain >= GRAINS) {
            throw new IllegalArgumentException("segment " + segment + ", grain " + grain + ": no such place");
        }
        return ((long) KIND_RAW << KIND_SHIFT) | (segment << SEGMENT_SHIFT) | ((long) grain << GRAIN_SHIFT);
    }

    public static int kind(long pointer) {
        return (int) (pointer >>> KIND_SHIFT);
    }

    /** Whether the block takes space in a segment. */
    public static boolean hasData(long pointer) {
        int kind = kind(pointer);
        return kind == KIND_RAW || kind == KIND_LZ || kind == KIND_ZSTD;
    }

    /** The segment; only where {@link #hasData}. */
    public static long segment(long pointer) {
        return (pointer >>> SEGMENT_SHIFT) & (SEGMENTS - 1);
    }

    /** Offset in the segment, in grains; only where {@link #hasData}. */
    public static int grain(long pointer) {
        return (int) (pointer >>> GRAIN_SHIFT) & (GRAINS - 1);
    }

    /**
     * The pointer of a later block of the same run: for raw data the next 4096 bytes, and the same pointer where there
     * is no data.
     */
    public static long plus(long pointer, long blocks) {
        return kind(pointer) == KIND_RAW ? pointer + ((blocks * BLOCK_GRAINS) << GRAIN_SHIFT) : pointer;
    }

    /** Whether the bits can be a pointer that this version writes. */
    public static boolean valid(long pointer) {
        if (pointer == HOLE || pointer == ZERO || pointer == POISON) {
            return true;
        }
        return kind(pointer) == KIND_RAW && (pointer & ((1L << GRAIN_SHIFT) - 1)) == 0;
    }

    /** For people. */
    public static String describe(long pointer) {
        return switch (kind(pointer)) {
            case KIND_HOLE -> "hole";
            case KIND_ZERO -> "zero";
            case KIND_POISON -> "poison";
            case KIND_RAW -> "segment " + segment(pointer) + " grain " + grain(pointer);
            default -> "pointer " + Long.toHexString(pointer);
        };
    }
}
