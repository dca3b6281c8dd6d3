package dev.sandstone.engine.map;

import java.util.Arrays;

/**
 * Relocations of versions that may no longer be the newest of their block, in the order in which they came.
 *
 * <p>For one writer; once it is written no more, for any number of readers.
 */
final class Moves {
    private static final int FIRST_CAPACITY = 64;

    private long[] blocks = {};
    private long[] births = {};
    private long[] pointers = {};
    private int[] checksums = {};
    private int size;

    void add(long block, long birth, long pointer, int checksum) {
        if (size == blocks.length) {
            int capacity = Math.max(FIRST_CAPACITY, 2 * size);
            blocks = Arrays.copyOf(blocks, capacity);
            births = Arrays.copyOf(births, capacity);
            pointers = Arrays.copyOf(pointers, capacity);
            checksums = Arrays.copyOf(checksums, capacity);
        }
        blocks[size] = block;
        births[size] = birth;
        pointers[size] = pointer;
        checksums[size++] = checksum;
    }

    int size() {
        return size;
    }

    long block(int index) {
        return blocks[index];
    }

    long birth(int index) {
        return births[index];
    }

    long pointer(int index) {
        return pointers[index];
    }

    int checksum(int index) {
        return checksums[index];
    }

    /** Indices by block, then birth, then age. */
    Integer[] sorted() {
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> {
            int byBlock = Long.compare(blocks[a], blocks[b]);
            int byBirth = byBlock != 0 ? byBlock : Long.compare(births[a], births[b]);
            return byBirth != 0 ? byBirth : Integer.compare(a, b);
        });
        return order;
    }

    void clear() {
        size = 0;
    }
}
