package dev.sandstone.engine.volume;

import java.util.UUID;

/** The identity of a snapshot for as long as it exists; names live in the catalog above the engine. */
public record SnapshotId(UUID uuid) {
    @Override
    public String toString() {
        return uuid.toString();
    }
}
