package dev.sandstone.engine.store;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Port: remembers beside the disks how far they have come, so that disks that missed something are not taken for the
 * pool when those that did not are away. Blocking; one thread at a time.
 */
public interface Witness {
    /** Remembers nothing: for what ends with the process, and for tests. */
    Witness NONE = new Witness() {
        @Override
        public long generation() {
            return 0;
        }

        @Override
        public List<Place> places() {
            return List.of();
        }

        @Override
        public void saw(long generation, List<Place> places) {
            // Nothing is remembered.
        }
    };

    /** Where a disk was found last. */
    record Place(UUID disk, Path path) {}

    /** The largest generation of superblocks that was ever in force; 0 when none is known. */
    long generation();

    /** Where to look for disks. */
    List<Place> places();

    /** A generation is in force; durable on return. */
    void saw(long generation, List<Place> places) throws StoreException;
}
