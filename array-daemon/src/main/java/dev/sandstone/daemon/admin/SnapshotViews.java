package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.Snapshots;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.engine.volume.Snapshot;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.snapshot.catalog.Clock;
import dev.sandstone.snapshot.catalog.SnapshotEntry;
import dev.sandstone.snapshot.catalog.SnapshotStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a snapshot is shown: its entry, joined with what engine, catalog and target know of it. */
final class SnapshotViews {
    private final Catalog catalog;
    private final TimeParts time;
    private final Exposure exposure;

    SnapshotViews(Catalog catalog, TimeParts time, Exposure exposure) {
        this.catalog = catalog;
        this.time = time;
        this.exposure = exposure;
    }

    /** With what deleting it would give back. */
    Snapshots.View full(VolumeEntry volume, SnapshotEntry entry) {
        Snapshot there = time.snapshots().inPool(entry).orElse(null);
        Long reclaimable = there == null ? null : Engine.await(time.timeline().reclaimable(List.of(entry.id())));
        return of(volume, entry, there, reclaimable);
    }

    Snapshots.View brief(VolumeEntry volume, SnapshotEntry entry) {
        return of(volume, entry, time.snapshots().inPool(entry).orElse(null), null);
    }

    /** Those whose volume has a name. */
    List<Snapshots.View> brief(List<SnapshotEntry> entries) {
        Map<UUID, VolumeEntry> volumes =
                catalog.state().volumes().stream().collect(Collectors.toMap(VolumeEntry::uuid, volume -> volume));
        List<Snapshots.View> views = new ArrayList<>();
        for (SnapshotEntry entry : entries) {
            VolumeEntry volume = volumes.get(entry.volume());
            if (volume != null) {
                views.add(brief(volume, entry));
            }
        }
        return views;
    }

    private Snapshots.View of(
            VolumeEntry volume, SnapshotEntry entry, @Nullable Snapshot there, @Nullable Long reclaimable) {
        return new Snapshots.View(
                volume.name(),
                entry.name(),
                entry.uuid().toString(),
                state(entry, there != null),
                entry.kind().name().toLowerCase(Locale.ROOT),
                Clock.instant(entry.takenMicros()).toString(),
                there == null ? 0 : there.blocks() * VolumeSpec.BLOCK_BYTES,
                entry.held(),
                entry.group(),
                reclaimable,
                mount(volume, entry));
    }

    private static String state(SnapshotEntry entry, boolean there) {
        if (entry.step() == SnapshotStep.READY) {
            return there ? "ready" : "missing";
        }
        return entry.step().name().toLowerCase(Locale.ROOT);
    }

    private Snapshots.@Nullable Mount mount(VolumeEntry volume, SnapshotEntry entry) {
        VolumeEntry unit = catalog.state()
                .mount(volume.name() + VolumeEntry.AT + entry.name())
                .orElse(null);
        if (unit == null) {
            return null;
        }
        Exposure.Identity identity = exposure.identity(unit);
        int lun = UnitAddress.lun(catalog.state(), unit);
        return new Snapshots.Mount(
                unit.name(), exposure.iqn(), lun, identity.naa(), identity.serial(), UnitAddress.uris(exposure, lun));
    }
}
