package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;

/** Consecutive blocks of one birth that lie one after the other; a reusable holder. */
final class Run {
    long first;
    long last;
    /** Of the first block. */
    long pointer;

    long birth;

    private final int[] checksums = new int[RunCodec.MAX_DATA_BLOCKS];
    /** Index of the first block's checksum, so that a run is cut in front without moving them. */
    private int offset;

    void set(long firstBlock, long lastBlock, long firstPointer, long itsBirth) {
        first = firstBlock;
        last = lastBlock;
        pointer = firstPointer;
        birth = itsBirth;
        offset = 0;
    }

    long blocks() {
        return last - first + 1;
    }

    int checksum(int index) {
        return checksums[offset + index];
    }

    void checksum(int index, int value) {
        checksums[offset + index] = value;
    }

    boolean hasData() {
        return Pointer.hasData(pointer);
    }

    /** Becomes the blocks [from, to] of another run. */
    void slice(Run other, long from, long to) {
        set(from, to, Pointer.plus(other.pointer, from - other.first), other.birth);
        if (hasData()) {
            System.arraycopy(
                    other.checksums, other.offset + (int) (from - other.first), checksums, 0, (int) (to - from + 1));
        }
    }

    /** Loses the blocks before this one. */
    void cutFront(long block) {
        int cut = (int) Math.min(block - first, RunCodec.MAX_DATA_BLOCKS);
        pointer = Pointer.plus(pointer, block - first);
        offset = hasData() ? offset + cut : 0;
        first = block;
    }
}
