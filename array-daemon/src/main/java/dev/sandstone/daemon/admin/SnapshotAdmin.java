package dev.sandstone.daemon.admin;

import static dev.sandstone.daemon.admin.SnapshotRefusals.told;

import dev.sandstone.daemon.api.Snapshots;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.engine.volume.Moment;
import dev.sandstone.snapshot.catalog.SnapshotEntry;
import dev.sandstone.snapshot.lifecycle.Rollbacks;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Snapshots of volumes: take, look at, hold, go back to, delete. */
public final class SnapshotAdmin {
    private final Catalog catalog;
    private final TimeParts time;
    private final Exposure exposure;
    private final ChangeLock lock;
    private final SnapshotViews views;

    public SnapshotAdmin(Catalog catalog, TimeParts time, Exposure exposure, ChangeLock lock) {
        this.catalog = catalog;
        this.time = time;
        this.exposure = exposure;
        this.lock = lock;
        this.views = new SnapshotViews(catalog, time, exposure);
    }

    /** Of all volumes, oldest first. */
    public List<Snapshots.View> list() {
        return views.brief(time.names().state().snapshots());
    }

    /** Of one volume, oldest first. */
    public List<Snapshots.View> list(String volumeName) {
        return views.brief(time.names().state().snapshots(volume(volumeName).id()));
    }

    public Snapshots.View show(String volumeName, String name) {
        VolumeEntry volume = volume(volumeName);
        return told(() -> views.full(volume, time.snapshots().entry(volume.id(), name)));
    }

    /** Always a new one: a name that is taken is refused, for its content is of another moment. */
    public Snapshots.View create(String volumeName, Snapshots.Create asked) {
        Names.check("snapshot", asked.name());
        return change(
                volumeName, asked.name(), (volume, name) -> time.snapshots().take(volume.id(), name));
    }

    public Snapshots.View hold(String volumeName, String snapshot) {
        return change(volumeName, snapshot, (volume, name) -> time.snapshots().hold(volume.id(), name));
    }

    public Snapshots.View release(String volumeName, String snapshot) {
        return change(volumeName, snapshot, (volume, name) -> time.snapshots().release(volume.id(), name));
    }

    private Snapshots.View change(
            String volumeName, String snapshot, BiFunction<VolumeEntry, String, SnapshotEntry> change) {
        return lock.change(() -> told(() -> {
            VolumeEntry volume = volume(volumeName);
            return views.brief(volume, change.apply(volume, snapshot));
        }));
    }

    public void delete(String volumeName, String name) {
        lock.change(() -> told(() -> {
            time.snapshots().delete(volume(volumeName).id(), name);
            return name;
        }));
    }

    /** The volume holds what it held then; answers the snapshot of what it was until now. */
    public Snapshots.View rollback(String volumeName, String name, Snapshots.Rollback asked) {
        return lock.change(() -> told(() -> {
            VolumeEntry volume = volume(volumeName);
            Moment to = new Moment.Of(
                    time.snapshots().requireReady(volume.id(), name).id());
            return back(volume, to, asked.force());
        }));
    }

    /** As {@link #rollback}, to any moment that the volume still has. */
    public Snapshots.View rewind(String volumeName, String to, @Nullable Boolean force) {
        return lock.change(() -> told(() -> {
            VolumeEntry volume = volume(volumeName);
            return back(volume, time.moments().resolve(volume.id(), to), force);
        }));
    }

    private Snapshots.View back(VolumeEntry volume, Moment to, @Nullable Boolean force) {
        UseGuard.requireUnused(exposure, volume, force);
        Exposure.Hold unerased = UseGuard.requireNotErased(exposure, List.of(volume));
        try {
            SnapshotEntry undo = time.rollbacks()
                    .rollback(List.of(new Rollbacks.Step(volume.id(), to)))
                    .get(0);
            exposure.contentReplaced(volume);
            return views.brief(volume, undo);
        } finally {
            unerased.release();
        }
    }

    private VolumeEntry volume(String name) {
        return catalog.state().volume(name).orElseThrow(() -> VolumeAdmin.volumeNotFound(name));
    }
}
