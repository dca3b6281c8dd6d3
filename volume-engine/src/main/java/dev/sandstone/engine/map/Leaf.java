package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;

/** The versions of {@link #BLOCKS} consecutive blocks as the head table has them, on their way into memory. */
final class Leaf {
    /**
     * Blocks of a leaf: 256 KiB. A leaf is loaded run by run, so a small one makes random reads of a volume beyond the
     * cache cheap; a sequential read finds few runs in any case.
     */
    static final int BLOCKS = 64;

    private static final int SHIFT = 6;

    final long[] pointers = new long[BLOCKS];
    final long[] births = new long[BLOCKS];
    final int[] checksums = new int[BLOCKS];

    /** The leaf that a block is in. */
    static long of(long block) {
        return block >>> SHIFT;
    }

    /** The place of a block in its leaf. */
    static int index(long block) {
        return (int) (block & (BLOCKS - 1));
    }

    /** The first block of a leaf. */
    static long first(long leaf) {
        return leaf << SHIFT;
    }

    /** Puts what a generation says about the leaf's blocks over it. */
    void overlay(long leaf, Generation generation) {
        if (generation.isEmpty()) {
            return;
        }
        long first = first(leaf);
        for (int i = 0; i < BLOCKS; i++) {
            int handle = generation.resolve(first + i);
            if (!Generation.found(handle)) {
                continue;
            }
            long birth = generation.birth(handle);
            if (!generation.conditional(handle) || (births[i] == birth && Pointer.hasData(pointers[i]))) {
                pointers[i] = generation.pointer(handle, first + i);
                births[i] = birth;
                checksums[i] = generation.checksum(handle, first + i);
            }
        }
    }

    /**
     * Takes what a run says about the blocks of the leaf that starts here.
     *
     * @param known blocks that are to stay as they are, a bit each
     * @return the blocks that the run has, a bit each
     */
    long fill(long firstBlock, Run run, long known) {
        long filled = 0;
        int from = (int) Math.max(0, run.first - firstBlock);
        int to = (int) Math.min(BLOCKS - 1, run.last - firstBlock);
        for (int i = from; i <= to; i++) {
            if ((known >>> i & 1) == 0) {
                long at = firstBlock + i - run.first;
                pointers[i] = Pointer.plus(run.pointer, at);
                births[i] = run.birth;
                checksums[i] = run.hasData() ? run.checksum((int) at) : 0;
                filled |= 1L << i;
            }
        }
        return filled;
    }

    /** Takes a block from another leaf. */
    void take(int index, Leaf other) {
        pointers[index] = other.pointers[index];
        births[index] = other.births[index];
        checksums[index] = other.checksums[index];
    }

    /** Whether a version follows another one of the same birth in place, too. */
    boolean goesOn(int from, int index) {
        return births[index] == births[from] && pointers[index] == Pointer.plus(pointers[from], index - from);
    }

    /** Whether no block was ever written, so that it takes no memory to remember. */
    boolean isEmpty() {
        for (long birth : births) {
            if (birth != 0) {
                return false;
            }
        }
        return true;
    }
}
