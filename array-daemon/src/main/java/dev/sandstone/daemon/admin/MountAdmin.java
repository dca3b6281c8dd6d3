package dev.sandstone.daemon.admin;

import static dev.sandstone.daemon.admin.SnapshotRefusals.told;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Snapshots;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.snapshot.catalog.Clock;
import dev.sandstone.snapshot.catalog.SnapshotEntry;

/**
 * Snapshots as read-only LUNs. A mounted snapshot is granted, addressed and named to initiators as a volume is, under the
 * name {@code VOLUME@SNAPSHOT}.
 */
public final class MountAdmin {
    private final Catalog catalog;
    private final TimeParts time;
    private final Exposure exposure;
    private final ChangeLock lock;
    private final SnapshotViews views;

    public MountAdmin(Catalog catalog, TimeParts time, Exposure exposure, ChangeLock lock) {
        this.catalog = catalog;
        this.time = time;
        this.exposure = exposure;
        this.lock = lock;
        this.views = new SnapshotViews(catalog, time, exposure);
    }

    /** A second time changes nothing. */
    public Snapshots.View mount(String volumeName, String name) {
        return lock.change(() -> told(() -> {
            VolumeEntry volume = volume(volumeName);
            SnapshotEntry entry = time.snapshots().requireReady(volume.id(), name);
            if (catalog.state().mount(unitName(volume, name)).isEmpty()) {
                int lun = catalog.state().lowestFreeLun();
                catalog.addMount(volume.mountOf(name, entry.uuid(), lun, Clock.micros()));
                exposure.catalogChanged();
            }
            return views.brief(volume, entry);
        }));
    }

    /** The LUN and its grants are gone on return; the snapshot stays. */
    public Snapshots.View unmount(String volumeName, String name) {
        return lock.change(() -> told(() -> {
            VolumeEntry volume = volume(volumeName);
            SnapshotEntry entry = time.snapshots().entry(volume.id(), name);
            VolumeEntry unit = catalog.state()
                    .mount(unitName(volume, name))
                    .orElseThrow(() -> new ApiException(
                            ErrorCode.SNAPSHOT_NOT_MOUNTED,
                            "snapshot \"" + name + "\" of volume \"" + volumeName + "\" is not mounted",
                            "no initiator can see it",
                            "see what is mounted: san snapshot list"));
            catalog.removeMount(unit);
            exposure.catalogChanged();
            return views.brief(volume, entry);
        }));
    }

    private static String unitName(VolumeEntry volume, String snapshot) {
        return volume.name() + VolumeEntry.AT + snapshot;
    }

    private VolumeEntry volume(String name) {
        return catalog.state().volume(name).orElseThrow(() -> VolumeAdmin.volumeNotFound(name));
    }
}
