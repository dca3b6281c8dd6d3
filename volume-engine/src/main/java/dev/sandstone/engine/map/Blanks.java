package dev.sandstone.engine.map;

import java.util.Arrays;

/**
 * Ranges of blocks that were made to hold no data (unmapped, zeroed, lost), disjoint and ascending; a newer one cuts
 * what it covers out of the older ones.
 *
 * <p>For one writer; once it is written no more, for any number of readers.
 */
final class Blanks {
    /** Answer of {@link #find} for a block in none of the ranges. */
    static final int NONE = -1;

    private long[] starts = new long[4];
    private long[] ends = new long[4];
    private long[] pointers = new long[4];
    private long[] births = new long[4];
    private int size;

    int size() {
        return size;
    }

    /** The range that a block is in, valid until the next change, or {@link #NONE}. */
    int find(long block) {
        int at = firstEndingAfter(block);
        return at < size && starts[at] <= block ? at : NONE;
    }

    /** The first range that ends after the block, {@link #size} if there is none. */
    int firstEndingAfter(long block) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] > block) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    long start(int index) {
        return starts[index];
    }

    /** The block after the last one. */
    long end(int index) {
        return ends[index];
    }

    long pointer(int index) {
        return pointers[index];
    }

    long birth(int index) {
        return births[index];
    }

    /** Adds a range, newer than all others. */
    void cover(long start, long end, long pointer, long birth) {
        int at = firstEndingAfter(start);
        if (at < size && starts[at] < start) {
            insert(at, starts[at], pointers[at], births[at]);
            ends[at] = start;
            at++;
            starts[at] = start;
        }
        int stop = at;
        while (stop < size && ends[stop] <= end) {
            stop++;
        }
        if (stop < size && starts[stop] < end) {
            starts[stop] = end;
        }
        remove(at, stop);
        insert(at, start, pointer, birth);
        ends[at] = end;
    }

    /** Makes room at an index; the end is set by the caller. */
    private void insert(int index, long start, long pointer, long birth) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, 2 * size);
            ends = Arrays.copyOf(ends, 2 * size);
            pointers = Arrays.copyOf(pointers, 2 * size);
            births = Arrays.copyOf(births, 2 * size);
        }
        int moved = size - index;
        System.arraycopy(starts, index, starts, index + 1, moved);
        System.arraycopy(ends, index, ends, index + 1, moved);
        System.arraycopy(pointers, index, pointers, index + 1, moved);
        System.arraycopy(births, index, births, index + 1, moved);
        pointers[index] = pointer;
        births[index] = birth;
        starts[index] = start;
        size++;
    }

    private void remove(int from, int to) {
        int moved = size - to;
        System.arraycopy(starts, to, starts, from, moved);
        System.arraycopy(ends, to, ends, from, moved);
        System.arraycopy(pointers, to, pointers, from, moved);
        System.arraycopy(births, to, births, from, moved);
        size -= to - from;
    }

    void clear() {
        size = 0;
    }
}
