package dev.sandstone.engine.cache;

/**
 * Places of blocks that left while on probation: about as many as there are frames, the last ones.
 *
 * <p>A table of marks without chains: who comes later takes the slot of who has it. A place may be taken for another one once in
 * four thousand million times, which costs a block its probation and nothing else.
 */
final class Ghosts {
    private static final int FIRST_SLOTS = 1024;

    /** 0 marks a free slot. */
    private int[] marks = new int[FIRST_SLOTS];

    /** @param frames how many frames there are */
    void add(long place, int frames) {
        if (frames > marks.length) {
            // Begins anew: that happens a few times, while the cache fills.
            marks = new int[Integer.highestOneBit(frames) * 2];
        }
        marks[slot(place)] = mark(place);
    }

    /** Whether it was there; it is not any more. */
    boolean remove(long place) {
        int slot = slot(place);
        boolean there = marks[slot] == mark(place);
        if (there) {
            marks[slot] = 0;
        }
        return there;
    }

    private int slot(long place) {
        return (int) (mixed(place) >>> 32) & (marks.length - 1);
    }

    private static int mark(long place) {
        int mark = (int) mixed(place);
        return mark == 0 ? 1 : mark;
    }

    private static long mixed(long place) {
        long mixed = (place ^ (place >>> 29)) * 0xBF58476D1CE4E5B9L;
        return (mixed ^ (mixed >>> 32)) * 0x94D049BB133111EBL;
    }
}
