package dev.sandstone.engine.volume;

import java.util.UUID;

/** The identity of a volume for as long as its data exists; names live in the catalog above the engine. */
public record VolumeId(UUID uuid) {
    @Override
    public String toString() {
        return uuid.toString();
    }
}
