package dev.sandstone.daemon.admin;

import static dev.sandstone.daemon.admin.SnapshotRefusals.told;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.VolumeTimes;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.Timeline.CloneSpec;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.snapshot.catalog.Clock;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clones: volumes that begin with the content of another one, and that can be made independent of it. */
public final class CloneAdmin {
    private static final Logger LOG = LoggerFactory.getLogger(CloneAdmin.class);

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
                    origin(source, asked.from(), moment),
                    null);
            catalog.doom(wanted.uuid());
            Engine.await(
                    time.timeline().clone(new CloneSpec(wanted.id(), source.id(), moment, original.writePolicy())));
            catalog.addVolume(wanted);
            exposure.catalogChanged();
            return volumes.show(wanted.name());
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

    /** Begins to make the clone independent, in the background; a second time changes nothing. */
    public Volumes.View detach(String name) {
        return lock.change(() -> {
            VolumeEntry entry = volumes.entry(name);
            if (entry.origin() == null) {
                throw new ApiException(
                        ErrorCode.NOT_A_CLONE,
                        "volume \"" + name + "\" depends on no other",
                        "it was made empty, or was detached before",
                        "nothing needs to be done");
            }
            if (!entry.isDetaching()) {
                catalog.changeVolume(entry.toDetach());
                follow(entry);
            }
            return volumes.show(name);
        });
    }

    /** At start: goes on with what was being detached. */
    public void resume() {
        catalog.state().volumes().stream().filter(VolumeEntry::isDetaching).forEach(this::follow);
    }

    /** The end is written down on a thread of its own, for the engine tells it on a loop. */
    private void follow(VolumeEntry entry) {
        CompletionStage<Void> end = time.timeline().detach(entry.id());
        end.whenComplete((done, failed) ->
                Thread.ofVirtual().name("detached-" + entry.name()).start(() -> ended(entry, failed)));
    }

    private void ended(VolumeEntry entry, @Nullable Throwable failed) {
        boolean stopping = failed instanceof EngineException refused && refused.status() == EngineStatus.CLOSED;
        if (stopping) {
            return;
        }
        lock.change(() -> {
            catalog.state()
                    .volume(entry.id())
                    .ifPresent(
                            current -> catalog.changeVolume(failed == null ? current.detached() : current.attached()));
            return entry;
        });
        if (failed == null) {
            LOG.info("volume {} is independent of {}", entry.name(), entry.origin());
        } else {
            LOG.warn("volume {} could not be detached", entry.name(), failed);
        }
    }
}
