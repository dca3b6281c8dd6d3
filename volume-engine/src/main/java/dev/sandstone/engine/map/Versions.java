package dev.sandstone.engine.map;

import java.util.Arrays;

/**
 * The newest version of single blocks: a hash table without boxing.
 *
 * <p>Open addressing, linear probing, at most half full. Entries are replaced, never removed one by one. For one writer;
 * once it is written no more, for any number of readers.
 *
 * <p>Blocks that follow each other lie so in the table, by groups: what comes and is asked for together shares cache lines.
 */
final class Versions {
    /** Answer of {@link #find} for a block that is not there. */
    static final int ABSENT = -1;

    private static final int INITIAL_SLOTS = 64;

    /** Blocks of a group, as a power of two: the keys of a cache line. */
    private static final int GROUP_SHIFT = 3;

    private static final int IN_GROUP = (1 << GROUP_SHIFT) - 1;

    /** Block + 1, so that 0 is a free slot. */
    private long[] keys = new long[INITIAL_SLOTS];

    private long[] pointers = new long[INITIAL_SLOTS];
    private long[] births = new long[INITIAL_SLOTS];
    private int[] checksums = new int[INITIAL_SLOTS];
    private int size;

    int size() {
        return size;
    }

    /** The slot of a block, valid until the next put, or {@link #ABSENT}. */
    int find(long block) {
        if (size == 0) {
            return ABSENT;
        }
        int slot = probe(block + 1);
        return keys[slot] == 0 ? ABSENT : slot;
    }

    private int probe(long key) {
        int mask = keys.length - 1;
        long block = key - 1;
        long mixed = (block >>> GROUP_SHIFT) * 0x9E3779B97F4A7C15L;
        int slot = ((int) (mixed >>> 32) << GROUP_SHIFT | (int) (block & IN_GROUP)) & mask;
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** The slot of a block, taken for it if need be; then its pointer is 0. */
    int findOrAdd(long block) {
        int slot = probe(block + 1);
        if (keys[slot] != 0) {
            return slot;
        }
        if (2 * (size + 1) > keys.length) {
            grow();
            slot = probe(block + 1);
        }
        keys[slot] = block + 1;
        size++;
        return slot;
    }

    void set(int slot, long pointer, long birth, int checksum) {
        pointers[slot] = pointer;
        births[slot] = birth;
        checksums[slot] = checksum;
    }

    long pointer(int slot) {
        return pointers[slot];
    }

    long birth(int slot) {
        return births[slot];
    }

    int checksum(int slot) {
        return checksums[slot];
    }

    /** All blocks, ascending. */
    long[] sortedBlocks() {
        long[] blocks = new long[size];
        int at = 0;
        for (long key : keys) {
            if (key != 0) {
                blocks[at++] = key - 1;
            }
        }
        Arrays.sort(blocks);
        return blocks;
    }

    int slots() {
        return keys.length;
    }

    void clear() {
        Arrays.fill(keys, 0);
        Arrays.fill(pointers, 0);
        size = 0;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldPointers = pointers;
        long[] oldBirths = births;
        int[] oldChecksums = checksums;
        resize(Math.multiplyExact(oldKeys.length, 2));
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int slot = probe(oldKeys[i]);
                keys[slot] = oldKeys[i];
                set(slot, oldPointers[i], oldBirths[i], oldChecksums[i]);
            }
        }
    }

    private void resize(int slots) {
        keys = new long[slots];
        pointers = new long[slots];
        births = new long[slots];
        checksums = new int[slots];
    }
}
