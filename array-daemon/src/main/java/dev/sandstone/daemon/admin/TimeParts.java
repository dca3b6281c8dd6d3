package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.snapshot.catalog.SnapshotCatalog;
import dev.sandstone.snapshot.lifecycle.Groups;
import dev.sandstone.snapshot.lifecycle.Momentary;
import dev.sandstone.snapshot.lifecycle.Moments;
import dev.sandstone.snapshot.lifecycle.Rollbacks;
import dev.sandstone.snapshot.lifecycle.Settlement;
import dev.sandstone.snapshot.lifecycle.Snapshots;
import dev.sandstone.snapshot.lifecycle.VolumeNames;
import java.time.Clock;

/** Volumes in time: the engine's side, the names, and the rules between, with the daemon's answers plugged in. */
public record TimeParts(
        Timeline timeline,
        SnapshotCatalog names,
        Snapshots snapshots,
        Momentary momentary,
        Rollbacks rollbacks,
        Groups groups,
        Moments moments,
        Settlement settlement) {

    public static TimeParts of(Catalog catalog, SnapshotCatalog names, Timeline timeline) {
        VolumeNames volumes = id -> catalog.state().volume(id).map(VolumeEntry::name);
        Snapshots snapshots = new Snapshots(
                names,
                timeline,
                entry -> catalog.state().mounts().stream()
                        .anyMatch(mount -> mount.uuid().equals(entry.uuid())));
        Rollbacks rollbacks = new Rollbacks(names, timeline, snapshots);
        return new TimeParts(
                timeline,
                names,
                snapshots,
                new Momentary(names, snapshots),
                rollbacks,
                new Groups(names, snapshots, rollbacks, volumes),
                new Moments(snapshots, Clock.systemUTC()),
                new Settlement(names, timeline, volumes));
    }
}
