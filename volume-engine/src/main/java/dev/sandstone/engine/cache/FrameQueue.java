package dev.sandstone.engine.cache;

/** Frames in the order in which they came. */
final class FrameQueue {
    private int[] ring = new int[64];
    private int first;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(int frame) {
        if (size == ring.length) {
            grow();
        }
        ring[(first + size) & (ring.length - 1)] = frame;
        size++;
    }

    /** The first; there must be one. */
    int remove() {
        if (size == 0) {
            throw new IllegalStateException("the queue is empty");
        }
        int frame = ring[first];
        first = (first + 1) & (ring.length - 1);
        size--;
        return frame;
    }

    private void grow() {
        int[] longer = new int[Math.multiplyExact(ring.length, 2)];
        int behind = ring.length - first;
        System.arraycopy(ring, first, longer, 0, behind);
        System.arraycopy(ring, 0, longer, behind, first);
        ring = longer;
        first = 0;
    }
}
