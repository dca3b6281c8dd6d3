package dev.sandstone.engine.volume;

import java.util.Arrays;

/**
 * The blocks of one volume whose newest data has an LSN but is not yet in the map, because its record is not durable.
 *
 * <p>A hash table from 4 KiB block to the record that wrote it last and the block's place in that record. Open
 * addressing with linear probing and backward shift, so removal leaves no marks; at most half full. Confined to the
 * volume's loop.
 */
final class PendingBlocks {
    /** Answer of {@link #find} for a block that is not pending. */
    static final int ABSENT = -1;

    private static final int INITIAL_SLOTS = 64;

    private long[] blocks = new long[INITIAL_SLOTS];
    /** 0 marks a free slot: LSNs start at 1. */
    private long[] lsns = new long[INITIAL_SLOTS];

    private int[] places = new int[INITIAL_SLOTS];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The record of that LSN wrote the blocks; block {@code first + i} is its i-th. */
    void add(long lsn, long first, int count) {
        for (int i = 0; i < count; i++) {
            put(first + i, lsn, i);
        }
    }

    /** The record of that LSN is in the map now. Blocks that a later record wrote stay. */
    void settle(long lsn, long first, int count) {
        for (int i = 0; i < count; i++) {
            int slot = find(first + i);
            if (slot != ABSENT && lsns[slot] == lsn) {
                removeAt(slot);
            }
        }
    }

    /** Goes over to others, whose older versions of the same blocks it replaces. */
    void moveTo(PendingBlocks others) {
        for (int i = 0; i < blocks.length; i++) {
            if (lsns[i] != 0) {
                others.put(blocks[i], lsns[i], places[i]);
            }
        }
        Arrays.fill(lsns, 0);
        size = 0;
    }

    /** A handle for {@link #lsnAt} and {@link #placeAt}, valid until the next change; or {@link #ABSENT}. */
    int find(long block) {
        if (size == 0) {
            return ABSENT;
        }
        int mask = blocks.length - 1;
        int slot = home(block, mask);
        while (lsns[slot] != 0) {
            if (blocks[slot] == block) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
        return ABSENT;
    }

    long lsnAt(int handle) {
        return lsns[handle];
    }

    /** The block's place in its record. */
    int placeAt(int handle) {
        return places[handle];
    }

    private void put(long block, long lsn, int place) {
        if (2 * (size + 1) > blocks.length) {
            grow();
        }
        int mask = blocks.length - 1;
        int slot = home(block, mask);
        while (lsns[slot] != 0 && blocks[slot] != block) {
            slot = (slot + 1) & mask;
        }
        if (lsns[slot] == 0) {
            size++;
            blocks[slot] = block;
        }
        lsns[slot] = lsn;
        places[slot] = place;
    }

    private void removeAt(int slot) {
        int mask = blocks.length - 1;
        int hole = slot;
        int next = (hole + 1) & mask;
        while (lsns[next] != 0) {
            int distance = (next - home(blocks[next], mask)) & mask;
            if (distance >= ((next - hole) & mask)) {
                blocks[hole] = blocks[next];
                lsns[hole] = lsns[next];
                places[hole] = places[next];
                hole = next;
            }
            next = (next + 1) & mask;
        }
        lsns[hole] = 0;
        size--;
    }

    private void grow() {
        long[] oldBlocks = blocks;
        long[] oldLsns = lsns;
        int[] oldPlaces = places;
        int slots = Math.multiplyExact(oldBlocks.length, 2);
        blocks = new long[slots];
        lsns = new long[slots];
        places = new int[slots];
        size = 0;
        for (int i = 0; i < oldBlocks.length; i++) {
            if (oldLsns[i] != 0) {
                put(oldBlocks[i], oldLsns[i], oldPlaces[i]);
            }
        }
    }

    private static int home(long block, int mask) {
        long mixed = block * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & mask;
    }
}
