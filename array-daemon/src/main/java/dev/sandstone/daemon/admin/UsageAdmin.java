package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.VolumeTimes;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.VolumeUsage;
import dev.sandstone.snapshot.catalog.Clock;
import dev.sandstone.snapshot.catalog.SnapshotEntry;
import java.util.List;

/** Where the bytes of a volume are, and what deleting its snapshots would give back. */
public final class UsageAdmin {
    private final Catalog catalog;
    private final Pool pool;
    private final TimeParts time;

    public UsageAdmin(Catalog catalog, Pool pool, TimeParts time) {
        this.catalog = catalog;
        this.pool = pool;
        this.time = time;
    }

    public VolumeTimes.Usage of(String name) {
        VolumeEntry volume = catalog.state().volume(name).orElseThrow(() -> VolumeAdmin.volumeNotFound(name));
        VolumeUsage usage = Engine.await(pool.usage(volume.id()));
        List<SnapshotEntry> there = time.names().state().snapshots(volume.id()).stream()
                .filter(entry -> time.snapshots().inPool(entry).isPresent())
                .toList();
        return new VolumeTimes.Usage(
                name,
                usage.logicalBytes(),
                usage.mappedBytes(),
                usage.uniqueBytes(),
                usage.sharedBytes(),
                usage.borrowedBytes(),
                usage.snapshotBytes(),
                reclaimable(there),
                there.stream()
                        .map(entry -> new VolumeTimes.SnapshotUsage(
                                entry.name(),
                                Clock.instant(entry.takenMicros()).toString(),
                                reclaimable(List.of(entry))))
                        .toList());
    }

    private long reclaimable(List<SnapshotEntry> entries) {
        List<SnapshotId> ids = entries.stream().map(SnapshotEntry::id).toList();
        return ids.isEmpty() ? 0 : Engine.await(time.timeline().reclaimable(ids));
    }
}
