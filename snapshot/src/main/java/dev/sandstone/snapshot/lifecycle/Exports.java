package dev.sandstone.snapshot.lifecycle;

import dev.sandstone.snapshot.catalog.SnapshotEntry;

/** What the side that initiators see says of a snapshot. */
@FunctionalInterface
public interface Exports {
    /** Whether initiators may see it, so that it must stay. */
    boolean exported(SnapshotEntry snapshot);
}
