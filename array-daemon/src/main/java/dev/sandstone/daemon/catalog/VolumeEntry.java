package dev.sandstone.daemon.catalog;

import dev.sandstone.engine.volume.VolumeId;
import java.util.UUID;

/**
 * A volume's name and what the engine does not know of it; size and write policy live in the engine alone.
 *
 * @param lun its number, chosen at creation: the LUN wherever nothing else is asked
 * @param physicalBlock bytes, 512 or 4096
 * @param createdMicros wall clock
 */
public record VolumeEntry(
        String name, UUID uuid, int lun, int physicalBlock, boolean removable, boolean readOnly, long createdMicros) {
    public VolumeId id() {
        return new VolumeId(uuid);
    }

    public VolumeEntry withReadOnly(boolean value) {
        return new VolumeEntry(name, uuid, lun, physicalBlock, removable, value, createdMicros);
    }
}
