package dev.sandstone.daemon.admin;

import static dev.sandstone.daemon.admin.SnapshotRefusals.told;

import dev.sandstone.copy.job.Copier;
import dev.sandstone.copy.token.PointInTimes.Kept;
import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.Copies;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeSpec;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Copies of whole volumes, made inside the array: shared where that is possible. They run in the background, one for a
 * destination; how the last one ended is known until the daemon ends, which cuts those off that run.
 */
public final class CopyAdmin {
    private final Catalog catalog;
    private final VolumeAdmin volumes;
    private final TokenTimes times;
    private final Exposure exposure;
    private final ChangeLock lock;
    private final Map<ShardLoop, Copier> copiers = new ConcurrentHashMap<>();
    private final Map<UUID, RunningCopy> copies = new ConcurrentHashMap<>();

    public CopyAdmin(Catalog catalog, VolumeAdmin volumes, TokenTimes times, Exposure exposure, ChangeLock lock) {
        this.catalog = catalog;
        this.volumes = volumes;
        this.times = times;
        this.exposure = exposure;
        this.lock = lock;
    }

    /** Begins. The destination is made when there is none, like the source in all but its content. */
    public Copies.View start(String sourceName, Copies.Start asked) {
        Names.check("volume", asked.to());
        VolumeEntry source = volumes.entry(sourceName);
        if (asked.to().equals(sourceName)) {
            throw new ApiException(
                    ErrorCode.BAD_VALUE,
                    "volume \"" + sourceName + "\" cannot be copied onto itself",
                    "source and destination are one",
                    "name another destination");
        }
        Kept kept = told(() -> times.kept(source.id(), asked.from()));
        boolean begun = false;
        try {
            RunningCopy copy = lock.change(() -> begin(source, asked, kept));
            begun = true;
            copy.start();
            return copy.view();
        } finally {
            if (!begun) {
                kept.letGo();
            }
        }
    }

    private RunningCopy begin(VolumeEntry source, Copies.Start asked, Kept kept) {
        VolumeEntry destination = destination(source, asked, kept.view().blocks());
        RunningCopy before = copies.get(destination.uuid());
        if (before != null && before.isRunning()) {
            throw new ApiException(
                    ErrorCode.VOLUME_IN_USE,
                    "volume \"" + destination.name() + "\" is being copied to",
                    "one copy at a time makes what it holds",
                    "wait, or end it: san volume copy-status --cancel " + destination.name());
        }
        Volume into = volumes.volume(destination);
        String from = asked.from() == null ? source.name() : source.name() + VolumeEntry.AT + asked.from();
        Exposure.Hold unerased = UseGuard.requireNotErased(exposure, List.of(destination));
        RunningCopy copy = new RunningCopy(
                new Copies.View(from, destination.name(), "", 0, 0, null),
                kept,
                into,
                copiers.computeIfAbsent(into.loop(), Copier::new),
                () -> Thread.ofVirtual().start(() -> ended(destination, unerased)));
        copies.put(destination.uuid(), copy);
        return copy;
    }

    private void ended(VolumeEntry destination, Exposure.Hold unerased) {
        try {
            exposure.contentReplaced(destination);
        } finally {
            unerased.release();
        }
    }

    private VolumeEntry destination(VolumeEntry source, Copies.Start asked, long blocks) {
        VolumeEntry existing = catalog.state().volume(asked.to()).orElse(null);
        if (existing == null) {
            volumes.create(new Volumes.Create(
                    asked.to(),
                    blocks * VolumeSpec.BLOCK_BYTES,
                    source.physicalBlock(),
                    source.removable(),
                    null,
                    WritePolicies.name(volumes.volume(source).writePolicy())));
            return volumes.entry(asked.to());
        }
        if (!Boolean.TRUE.equals(asked.overwrite())) {
            throw new ApiException(
                    ErrorCode.VOLUME_EXISTS,
                    "a volume \"" + asked.to() + "\" exists already",
                    "it would lose what it holds",
                    "choose another name, or say --overwrite");
        }
        if (volumes.volume(existing).blocks() < blocks) {
            throw new ApiException(
                    ErrorCode.BAD_SIZE,
                    "volume \"" + asked.to() + "\" is smaller than the source",
                    "it cannot hold all of it",
                    "grow it first: san volume resize " + asked.to() + " " + blocks * VolumeSpec.BLOCK_BYTES);
        }
        UseGuard.requireUnused(exposure, existing, asked.force());
        return existing;
    }

    /** The copy to that volume, under way or the last one. */
    public Copies.View show(String destination) {
        return copy(destination).view();
    }

    /** Ends it; no effect on one that has ended. */
    public Copies.View cancel(String destination) {
        RunningCopy copy = copy(destination);
        copy.cancel();
        return copy.view();
    }

    private RunningCopy copy(String destination) {
        @Nullable RunningCopy copy = copies.get(volumes.entry(destination).uuid());
        if (copy == null) {
            throw new ApiException(
                    ErrorCode.NO_SUCH_RESOURCE,
                    "volume \"" + destination + "\" is no copy",
                    "nothing was copied to it since the daemon began",
                    "begin one with: san volume copy SOURCE " + destination);
        }
        return copy;
    }
}
