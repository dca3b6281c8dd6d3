package dev.sandstone.engine.map;

/**
 * Where some consecutive blocks lie: the answer of a lookup, in arrays that are used again and again.
 *
 * <p>Unit: 4 KiB map blocks. Index 0 is the first block asked for.
 */
public final class MapSlice {
    private final long[] pointers;
    private final long[] births;
    private final int[] checksums;
    private int blocks;

    /** @param capacity most blocks that one lookup may ask for */
    public MapSlice(int capacity) {
        pointers = new long[capacity];
        births = new long[capacity];
        checksums = new int[capacity];
    }

    /** Most blocks a lookup may ask for. */
    public int capacity() {
        return pointers.length;
    }

    /** Blocks of the last answer. */
    public int blocks() {
        return blocks;
    }

    /** Pointer of a block; HOLE, ZERO and POISON have no data. */
    public long pointer(int index) {
        return pointers[index];
    }

    /** CRC32C of the block's 4096 bytes; meaningless where the pointer has no data. */
    public int checksum(int index) {
        return checksums[index];
    }

    /** LSN of the write that made this version; 0 where no version is kept. */
    public long birth(int index) {
        return births[index];
    }

    void reset(int count) {
        if (count > pointers.length) {
            throw new IllegalArgumentException(count + " blocks asked for, room for " + pointers.length);
        }
        blocks = count;
    }

    void set(int index, long pointer, long birth, int checksum) {
        pointers[index] = pointer;
        births[index] = birth;
        checksums[index] = checksum;
    }
}
