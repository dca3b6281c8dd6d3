package dev.sandstone.engine.store;

import org.jspecify.annotations.Nullable;

/** Told on the store's loop, once, when an operation has ended; never before the method that began it has returned. */
@FunctionalInterface
public interface StoreDone {
    /** @param failure null when all bytes were moved */
    void done(@Nullable StoreException failure);
}
