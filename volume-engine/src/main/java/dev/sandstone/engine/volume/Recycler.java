package dev.sandstone.engine.volume;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/** Objects that are used again and again by one thread; made when there are none, dropped when there are too many. */
final class Recycler<T> {
    private static final int MOST_KEPT = 1024;

    private final Supplier<T> maker;
    private final ArrayDeque<T> free = new ArrayDeque<>();

    Recycler(Supplier<T> maker) {
        this.maker = maker;
    }

    T take() {
        T used = free.poll();
        return used == null ? maker.get() : used;
    }

    void giveBack(T object) {
        if (free.size() < MOST_KEPT) {
            free.push(object);
        }
    }
}
