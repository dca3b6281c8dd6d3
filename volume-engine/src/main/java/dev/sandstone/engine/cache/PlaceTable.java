package dev.sandstone.engine.cache;

/**
 * Finds the frame that is the block at a place.
 *
 * <p>Open addressing with linear probing and backward shift, so removal leaves no marks; at most half full.
 */
final class PlaceTable {
    /** No frame. */
    static final int NONE = -1;

    private static final int FIRST_SLOTS = 2048;

    private final Frames frames;
    /** Frame and one; 0 marks a free slot. */
    private int[] slots = new int[FIRST_SLOTS];

    private int size;

    PlaceTable(Frames frames) {
        this.frames = frames;
    }

    int find(long place) {
        int mask = slots.length - 1;
        for (int slot = home(place, mask); slots[slot] != 0; slot = (slot + 1) & mask) {
            int frame = slots[slot] - 1;
            if (frames.place(frame) == place) {
                return frame;
            }
        }
        return NONE;
    }

    /** The frame has its place, which is in no other one. */
    void add(int frame) {
        if (2 * (size + 1) > slots.length) {
            grow();
        }
        put(frame);
        size++;
    }

    private void put(int frame) {
        int mask = slots.length - 1;
        int slot = home(frames.place(frame), mask);
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = frame + 1;
    }

    /** The frame still has its place. */
    void remove(int frame) {
        int mask = slots.length - 1;
        int hole = home(frames.place(frame), mask);
        while (slots[hole] != frame + 1) {
            hole = (hole + 1) & mask;
        }
        int next = (hole + 1) & mask;
        while (slots[next] != 0) {
            int distance = (next - home(frames.place(slots[next] - 1), mask)) & mask;
            if (distance >= ((next - hole) & mask)) {
                slots[hole] = slots[next];
                hole = next;
            }
            next = (next + 1) & mask;
        }
        slots[hole] = 0;
        size--;
    }

    private void grow() {
        int[] old = slots;
        slots = new int[Math.multiplyExact(old.length, 2)];
        for (int entry : old) {
            if (entry != 0) {
                put(entry - 1);
            }
        }
    }

    private static int home(long place, int mask) {
        return (int) ((place * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    }
}
