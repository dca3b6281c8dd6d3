package dev.sandstone.engine.map;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Off-heap room for leaves, in slots of one size, taken from the system a slab at a time as it is needed.
 *
 * <p>A slot: the pointers of all blocks, then their births, then their checksums.
 */
final class LeafSlabs {
    /** Bytes of a slot. */
    static final int SLOT_BYTES = Leaf.BLOCKS * (Long.BYTES + Long.BYTES + Integer.BYTES);

    private static final int SLAB_SLOTS = 256;
    private static final int BIRTHS = Leaf.BLOCKS * Long.BYTES;
    private static final int CHECKSUMS = 2 * BIRTHS;

    private final List<ByteBuffer> slabs = new ArrayList<>();

    /** Makes sure the slot has memory. */
    void reserve(int slot) {
        while (slabs.size() <= slot / SLAB_SLOTS) {
            slabs.add(ByteBuffer.allocateDirect(SLAB_SLOTS * SLOT_BYTES).order(ByteOrder.nativeOrder()));
        }
    }

    private ByteBuffer slab(int slot) {
        return slabs.get(slot / SLAB_SLOTS);
    }

    private static int base(int slot) {
        return slot % SLAB_SLOTS * SLOT_BYTES;
    }

    void set(int slot, int index, long pointer, long birth, int checksum) {
        ByteBuffer slab = slab(slot);
        int base = base(slot);
        slab.putLong(base + index * Long.BYTES, pointer);
        slab.putLong(base + BIRTHS + index * Long.BYTES, birth);
        slab.putInt(base + CHECKSUMS + index * Integer.BYTES, checksum);
    }

    void copy(int slot, int index, int blocks, MapSlice slice, int at) {
        ByteBuffer slab = slab(slot);
        int pointers = base(slot) + index * Long.BYTES;
        int checksums = base(slot) + CHECKSUMS + index * Integer.BYTES;
        for (int i = 0; i < blocks; i++) {
            int step = i * Long.BYTES;
            slice.set(
                    at + i,
                    slab.getLong(pointers + step),
                    slab.getLong(pointers + BIRTHS + step),
                    slab.getInt(checksums + i * Integer.BYTES));
        }
    }

    long birth(int slot, int index) {
        return slab(slot).getLong(base(slot) + BIRTHS + index * Long.BYTES);
    }

    long pointer(int slot, int index) {
        return slab(slot).getLong(base(slot) + index * Long.BYTES);
    }
}
