package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import java.util.Arrays;

/**
 * Ranges of blocks that have one version each: made to hold no data (unmapped, zeroed, lost), or to show data that lies one
 * block after the other. Disjoint and ascending; a newer one cuts what it covers out of the older ones.
 *
 * <p>For one writer; once it is written no more, for any number of readers.
 */
final class Spans {
    /** Answer of {@link #find} for a block in none of the ranges. */
    static final int NONE = -1;

    private static final int INITIAL = 4;
    private static final int[] NO_CHECKSUMS = {};

    private long[] starts = new long[INITIAL];
    private long[] ends = new long[INITIAL];
    /** Where each range, as it was given, begins: what is left of it may begin later. */
    private long[] origins = new long[INITIAL];
    /** Of the block at the origin, as are the checksums. */
    private long[] pointers = new long[INITIAL];

    private long[] births = new long[INITIAL];
    private int[][] checksums = new int[INITIAL][];
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
    private int firstEndingAfter(long block) {
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

    /** Whether it shows data. */
    boolean hasData(int index) {
        return Pointer.hasData(pointers[index]);
    }

    /** Whether its blocks are lost. */
    boolean isPoison(int index) {
        return pointers[index] == Pointer.POISON;
    }

    /** Where a block of the range lies. */
    long pointer(int index, long block) {
        return Pointer.plus(pointers[index], block - origins[index]);
    }

    /** CRC32C of a block of the range, 0 where there is no data. */
    int checksum(int index, long block) {
        return hasData(index) ? checksums[index][(int) (block - origins[index])] : 0;
    }

    long birth(int index) {
        return births[index];
    }

    /** Adds a range that holds no data, newer than all others. */
    void blank(long start, long end, long pointer, long birth) {
        cover(start, end, pointer, birth, NO_CHECKSUMS);
    }

    /**
     * Adds a range, newer than all others.
     *
     * @param sums CRC32C of each block, if there is data; kept, not copied
     */
    void cover(long start, long end, long pointer, long birth, int[] sums) {
        int at = firstEndingAfter(start);
        if (at < size && starts[at] < start) {
            // It is there twice then: what lies before the new one, and what lies behind its beginning.
            open(at);
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
        if (stop == at) {
            open(at);
        } else {
            close(at + 1, stop);
        }
        starts[at] = start;
        ends[at] = end;
        origins[at] = start;
        pointers[at] = pointer;
        births[at] = birth;
        checksums[at] = sums;
    }

    /** Makes room at an index, which keeps what it has. */
    private void open(int index) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, 2 * size);
            ends = Arrays.copyOf(ends, 2 * size);
            origins = Arrays.copyOf(origins, 2 * size);
            pointers = Arrays.copyOf(pointers, 2 * size);
            births = Arrays.copyOf(births, 2 * size);
            checksums = Arrays.copyOf(checksums, 2 * size);
        }
        move(index, index + 1);
        size++;
    }

    /** Removes the ranges from one on up to another. */
    private void close(int from, int to) {
        move(to, from);
        size -= to - from;
        Arrays.fill(checksums, size, size + to - from, null);
    }

    private void move(int from, int to) {
        int moved = size - from;
        System.arraycopy(starts, from, starts, to, moved);
        System.arraycopy(ends, from, ends, to, moved);
        System.arraycopy(origins, from, origins, to, moved);
        System.arraycopy(pointers, from, pointers, to, moved);
        System.arraycopy(births, from, births, to, moved);
        System.arraycopy(checksums, from, checksums, to, moved);
    }

    void clear() {
        Arrays.fill(checksums, 0, size, null);
        size = 0;
    }
}
