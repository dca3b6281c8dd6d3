package dev.sandstone.engine.volume;

import dev.sandstone.engine.cleaner.ScrubMemory;
import dev.sandstone.engine.store.DiskStore;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/**
 * What a pool needs to look after its disks.
 *
 * @param executor copies and compares segments, makes disks: work that takes long, one task after the other
 * @param memory keeps the progress of the scrub
 * @param maker makes disks
 */
public record PoolTools(Executor executor, ScrubMemory memory, Maker maker) {

    /** Makes disks. Blocking. */
    @FunctionalInterface
    public interface Maker {
        /**
         * Formats a disk and opens it.
         *
         * @param bytes size of an image that is made
         */
        Made make(Path path, long bytes, DiskStore.Format format) throws StoreException;
    }

    /** A disk that was made, locked, and where. */
    public record Made(Path path, SegmentStore disk) {}

    /** For pools whose disks are given once and for all. */
    static PoolTools plain(Executor executor) {
        return new PoolTools(executor, ScrubMemory.none(), (path, bytes, format) -> {
            throw new StoreException(StoreException.Kind.ABSENT, "this pool takes no disks");
        });
    }
}
