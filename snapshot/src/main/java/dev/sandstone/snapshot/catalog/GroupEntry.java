package dev.sandstone.snapshot.catalog;

import dev.sandstone.engine.volume.VolumeId;
import java.util.List;
import java.util.UUID;

/**
 * A consistency group: volumes whose snapshots are taken at one moment.
 *
 * @param volumes in the order they were added; each is in this group only
 * @param createdMicros wall clock
 */
public record GroupEntry(String name, List<UUID> volumes, long createdMicros) {
    public GroupEntry {
        volumes = List.copyOf(volumes);
    }

    public List<VolumeId> volumeIds() {
        return volumes.stream().map(VolumeId::new).toList();
    }

    public GroupEntry withVolumes(List<UUID> members) {
        return new GroupEntry(name, members, createdMicros);
    }
}
