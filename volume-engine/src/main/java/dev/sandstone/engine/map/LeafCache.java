package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import java.util.Arrays;

/**
 * Leaves in memory, each exactly as the newest facts have it: what it says needs no look at the overlay.
 *
 * <p>A leaf in which nothing was ever written takes an entry and no slot. Bounded in both; the clock algorithm decides
 * who goes. An entry's number is valid until the next {@link #install} or {@link #set}.
 */
final class LeafCache {
    /** Answer of {@link #find} for a leaf that is not there. */
    static final int ABSENT = -1;

    private static final int LEAST_SLOTS = 512;
    private static final int NO_SLOT = -1;

    private final LeafSlabs slabs = new LeafSlabs();
    private final int[] freeSlots;
    private int freeSlotCount;

    private final int[] freeEntries;
    private int freeEntryCount;
    private final long[] lineages;
    private final long[] leaves;
    private final int[] slots;
    private final boolean[] used;
    private final boolean[] touched;
    private int hand;

    /** Hash table of entry + 1, 0 free. */
    private final int[] table;

    /** @param budgetBytes memory for leaves; a least number is taken anyway */
    LeafCache(long budgetBytes) {
        int slotCount = (int) Math.min(Math.max(budgetBytes / LeafSlabs.SLOT_BYTES, LEAST_SLOTS), 1 << 24);
        int entryCount = 2 * slotCount;
        freeSlots = new int[slotCount];
        freeEntries = new int[entryCount];
        lineages = new long[entryCount];
        leaves = new long[entryCount];
        slots = new int[entryCount];
        used = new boolean[entryCount];
        touched = new boolean[entryCount];
        table = new int[Integer.highestOneBit(entryCount) * 4];
        for (int i = 0; i < slotCount; i++) {
            freeSlots[freeSlotCount++] = slotCount - 1 - i;
        }
        for (int i = 0; i < entryCount; i++) {
            freeEntries[freeEntryCount++] = entryCount - 1 - i;
        }
    }

    int find(long lineage, long leaf) {
        int mask = table.length - 1;
        for (int at = home(lineage, leaf); table[at] != 0; at = (at + 1) & mask) {
            int entry = table[at] - 1;
            if (leaves[entry] == leaf && lineages[entry] == lineage) {
                touched[entry] = true;
                return entry;
            }
        }
        return ABSENT;
    }

    /** Fills the slice when all leaves of the range are there. */
    boolean lookup(long lineage, long block, int blocks, MapSlice slice) {
        int at = 0;
        while (at < blocks) {
            int index = Leaf.index(block + at);
            int count = Math.min(blocks - at, Leaf.BLOCKS - index);
            int entry = find(lineage, Leaf.of(block + at));
            if (entry == ABSENT) {
                return false;
            }
            copy(entry, index, count, slice, at);
            at += count;
        }
        return true;
    }

    /** The version of that birth lies elsewhere, if the block's leaf is there and has it. */
    void moved(long lineage, long block, Run to) {
        int entry = find(lineage, Leaf.of(block));
        int index = Leaf.index(block);
        if (entry != ABSENT && birth(entry, index) == to.birth && Pointer.hasData(pointer(entry, index))) {
            set(entry, index, to.pointer, to.birth, to.checksum(0));
        }
    }

    /** Copies the versions of some blocks of a leaf into the answer. */
    void copy(int entry, int index, int blocks, MapSlice slice, int at) {
        if (slots[entry] == NO_SLOT) {
            for (int i = 0; i < blocks; i++) {
                slice.set(at + i, Pointer.HOLE, 0, 0);
            }
        } else {
            slabs.copy(slots[entry], index, blocks, slice, at);
        }
    }

    long birth(int entry, int index) {
        return slots[entry] == NO_SLOT ? 0 : slabs.birth(slots[entry], index);
    }

    long pointer(int entry, int index) {
        return slots[entry] == NO_SLOT ? Pointer.HOLE : slabs.pointer(slots[entry], index);
    }

    /** A block of a cached leaf has a new version. */
    void set(int entry, int index, long pointer, long birth, int checksum) {
        if (slots[entry] == NO_SLOT) {
            slots[entry] = takeSlot(entry);
            for (int i = 0; i < Leaf.BLOCKS; i++) {
                slabs.set(slots[entry], i, Pointer.HOLE, 0, 0);
            }
        }
        slabs.set(slots[entry], index, pointer, birth, checksum);
    }

    /** Adds a leaf that is not there. */
    void install(long lineage, long leaf, Leaf image) {
        while (freeEntryCount == 0) {
            evictNext(ABSENT);
        }
        int entry = freeEntries[--freeEntryCount];
        lineages[entry] = lineage;
        leaves[entry] = leaf;
        slots[entry] = NO_SLOT;
        used[entry] = true;
        touched[entry] = false;
        int mask = table.length - 1;
        int at = home(lineage, leaf);
        while (table[at] != 0) {
            at = (at + 1) & mask;
        }
        table[at] = entry + 1;
        if (!image.isEmpty()) {
            slots[entry] = takeSlot(entry);
            for (int i = 0; i < Leaf.BLOCKS; i++) {
                slabs.set(slots[entry], i, image.pointers[i], image.births[i], image.checksums[i]);
            }
        }
    }

    /** Makes blocks of a lineage blank, in every leaf that is cached. */
    void blank(long lineage, long start, long end, long pointer, long birth) {
        long lastLeaf = Leaf.of(end - 1);
        if (lastLeaf - Leaf.of(start) < used.length) {
            for (long leaf = Leaf.of(start); leaf <= lastLeaf; leaf++) {
                int entry = find(lineage, leaf);
                if (entry != ABSENT) {
                    blankIn(entry, start, end, pointer, birth);
                }
            }
            return;
        }
        for (int entry = 0; entry < used.length; entry++) {
            if (used[entry] && lineages[entry] == lineage) {
                blankIn(entry, start, end, pointer, birth);
            }
        }
    }

    private void blankIn(int entry, long start, long end, long pointer, long birth) {
        if (slots[entry] == NO_SLOT && pointer != Pointer.POISON) {
            return;
        }
        long first = Leaf.first(leaves[entry]);
        int from = (int) Math.max(0, start - first);
        int to = (int) Math.min(Leaf.BLOCKS, end - first);
        for (int i = from; i < to; i++) {
            set(entry, i, pointer, birth, 0);
        }
    }

    /** Forgets a leaf. */
    void forget(long lineage, long leaf) {
        int entry = find(lineage, leaf);
        if (entry != ABSENT) {
            evict(entry);
        }
    }

    /** Forgets all leaves of a lineage. */
    void drop(long lineage) {
        for (int entry = 0; entry < used.length; entry++) {
            if (used[entry] && lineages[entry] == lineage) {
                evict(entry);
            }
        }
    }

    /** Leaves it holds, for tests and figures. */
    int size() {
        return used.length - freeEntryCount;
    }

    private int takeSlot(int forEntry) {
        while (freeSlotCount == 0) {
            evictNext(forEntry);
        }
        int slot = freeSlots[--freeSlotCount];
        slabs.reserve(slot);
        return slot;
    }

    private void evictNext(int except) {
        while (!used[hand] || touched[hand] || hand == except) {
            touched[hand] = false;
            hand = (hand + 1) % used.length;
        }
        int victim = hand;
        // Whoever takes the entry next is the last the hand comes to.
        hand = (hand + 1) % used.length;
        evict(victim);
    }

    private void evict(int entry) {
        remove(lineages[entry], leaves[entry], entry);
        used[entry] = false;
        if (slots[entry] != NO_SLOT) {
            freeSlots[freeSlotCount++] = slots[entry];
        }
        freeEntries[freeEntryCount++] = entry;
    }

    /** Removal by shifting back, which leaves no marks in the table. */
    private void remove(long lineage, long leaf, int entry) {
        int mask = table.length - 1;
        int hole = home(lineage, leaf);
        while (table[hole] != entry + 1) {
            hole = (hole + 1) & mask;
        }
        int at = hole;
        table[hole] = 0;
        while (true) {
            at = (at + 1) & mask;
            if (table[at] == 0) {
                return;
            }
            int home = home(lineages[table[at] - 1], leaves[table[at] - 1]);
            if (((at - home) & mask) >= ((at - hole) & mask)) {
                table[hole] = table[at];
                table[at] = 0;
                hole = at;
            }
        }
    }

    private int home(long lineage, long leaf) {
        long mixed = (leaf + lineage * 0xD6E8FEB86659FD93L) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & (table.length - 1);
    }

    /** Forgets everything. */
    void clear() {
        for (int entry = 0; entry < used.length; entry++) {
            if (used[entry]) {
                evict(entry);
            }
        }
        Arrays.fill(touched, false);
    }
}
