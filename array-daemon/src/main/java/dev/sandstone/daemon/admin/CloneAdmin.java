package dev.sandstone.daemon.admin;

import static dev.sandstone.daemon.admin.SnapshotRefusals.told;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.VolumeTimes;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.Timeline.CloneSpec;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.snapshot.catalog.Clock;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Clones: volumes that begin with the content of another one, and may be made independent of it. */
public final class CloneAdmin {
    private final Catalog catalog;
    private final VolumeAdmin volumes;
    private final TimeParts time;
    private final Exposure exposure;
    private final ChangeLock lock;

    public CloneAdmin(Catalog catalog, VolumeAdmin volumes, TimeParts time, Exposure exposure, ChangeLock lock) {
        this.catalog = catalog;
        this.volumes = volumes;
        this.time = time;
        this.exposure = exposure;
        this.lock = lock;
    }

    /** A new volume, writable at once; a name that is taken is refused, for its content is of another moment. */
    public Volumes.View create(String sourceName, VolumeTimes.Clone asked) {
        Names.check("volume", asked.name());
        return lock.change(() -> told(() -> {
            VolumeEntry source = volumes.entry(sourceName);
            if (catalog.state().volume(asked.name()).isPresent()) {
                throw new ApiException(
                        ErrorCode.VOLUME_EXISTS,
                        "a volume \"" + asked.name() + "\" exists already",
                        "a clone is a new volume",
                        "choose another name");
            }
            volumes.requireRoom();
            Moment moment = moment(source, asked.from());
            Volume original = volumes.volume(source);
            VolumeEntry wanted = new VolumeEntry(
                    asked.name(),
                    UUID.randomUUID(),
                    catalog.state().lowestFreeLun(),
                    source.physicalBlock(),
                    source.removable(),
                    false,
                    Clock.micros(),
                    origin(source, asked.from(), moment));
            catalog.doom(wanted.uuid());
            Engine.await(
                    time.timeline().clone(new CloneSpec(wanted.id(), source.id(), moment, original.writePolicy())));
            catalog.addVolume(wanted);
            exposure.catalogChanged();
            return volumes.show(wanted.name());
        }));
    }

    /** Makes the volume independent of where it came from, in the background; answers once a restart would go on with it. */
    public Volumes.View detach(String name) {
        return lock.change(() -> told(() -> {
            VolumeEntry entry = volumes.entry(name);
            volumes.volume(entry);
            CompletableFuture<Void> detached =
                    time.timeline().detach(entry.id()).toCompletableFuture();
            // What is asked later is answered later: by then it has begun, or was refused.
            Volumes.View view = volumes.show(name);
            if (detached.isCompletedExceptionally()) {
                Engine.await(detached);
            }
            return view;
        }));
    }

    private Moment moment(VolumeEntry source, @Nullable String from) {
        return from == null ? new Moment.Now() : time.moments().resolve(source.id(), from);
    }

    private static String origin(VolumeEntry source, @Nullable String from, Moment moment) {
        if (from == null) {
            return source.name();
        }
        return source.name() + VolumeEntry.AT + (moment instanceof Moment.At at ? at.time() : from.strip());
    }
}
