package dev.sandstone.engine.cleaner;

import java.util.ArrayDeque;

/**
 * Which reads may still touch segments that the map has left.
 *
 * <p>A read that waits for the store pins the present generation; a segment that loses its last owner asks for the
 * {@link #turn turn} of generations and may be reused once every generation up to then {@link #drained has drained}.
 *
 * <p>Confined to the shard's loop.
 */
public final class Pins {
    private final ArrayDeque<Generation> open = new ArrayDeque<>();
    private Generation present = new Generation(0);

    public Pins() {
        open.add(present);
    }

    /** Reads that began between two turns. */
    public static final class Generation {
        private final long number;
        private int reads;

        private Generation(long number) {
            this.number = number;
        }
    }

    /** A read begins to wait; hand the generation back with {@link #exit}. */
    public Generation enter() {
        present.reads++;
        return present;
    }

    public void exit(Generation generation) {
        assert generation.reads > 0 : "no read is in this generation";
        generation.reads--;
    }

    /** Ends the present generation and answers its number. */
    public long turn() {
        long ended = present.number;
        present = new Generation(ended + 1);
        open.add(present);
        return ended;
    }

    /** Whether no read of this generation or an earlier one is under way. */
    public boolean drained(long generation) {
        while (open.size() > 1 && open.element().reads == 0) {
            open.remove();
        }
        return open.element().number > generation;
    }
}
