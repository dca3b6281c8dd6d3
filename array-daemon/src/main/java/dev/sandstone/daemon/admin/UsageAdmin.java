package dev.sandstone.daemon.admin;

import static dev.sandstone.daemon.admin.SnapshotRefusals.told;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Snapshots;
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

    /** What deleting just these would give back: more than the sum, for what several share goes with the last of them. */
    public Snapshots.Reclaimable reclaimable(Snapshots.Chosen asked) {
        List<String> names = asked.snapshots().stream().distinct().toList();
        if (names.isEmpty()) {
            throw new ApiException(
                    ErrorCode.BAD_VALUE,
                    "no snapshots are named",
                    "nothing is asked",
                    "name one or more VOLUME@SNAPSHOT");
        }
        return told(() -> new Snapshots.Reclaimable(
                names, reclaimable(names.stream().map(this::ready).toList())));
    }

    private SnapshotEntry ready(String name) {
        int at = name.indexOf(VolumeEntry.AT);
        if (at < 0) {
            throw new ApiException(
                    ErrorCode.BAD_NAME,
                    "\"" + Names.printable(name) + "\" names no snapshot",
                    "a snapshot is named with its volume",
                    "write VOLUME@SNAPSHOT");
        }
        String of = name.substring(0, at);
        VolumeEntry volume = catalog.state().volume(of).orElseThrow(() -> VolumeAdmin.volumeNotFound(of));
        return time.snapshots().requireReady(volume.id(), name.substring(at + 1));
    }

    private long reclaimable(List<SnapshotEntry> entries) {
        List<SnapshotId> ids = entries.stream().map(SnapshotEntry::id).toList();
        return ids.isEmpty() ? 0 : Engine.await(time.timeline().reclaimable(ids));
    }
}
