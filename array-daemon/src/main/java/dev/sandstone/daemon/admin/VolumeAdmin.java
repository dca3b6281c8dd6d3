package dev.sandstone.daemon.admin;

import static dev.sandstone.daemon.admin.SnapshotRefusals.told;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import dev.sandstone.snapshot.catalog.Clock;
import dev.sandstone.snapshot.catalog.SnapshotKind;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Volumes: create, look at, resize, set, destroy. */
public final class VolumeAdmin {
    private static final long UNIT = 4096;
    private static final long MOST_BYTES = VolumeSpec.MAX_BLOCKS * VolumeSpec.BLOCK_BYTES;
    private static final Duration MOST_REWIND = Duration.ofDays(30);

    private final Catalog catalog;
    private final Pool pool;
    private final TimeParts time;
    private final VolumeViews views;
    private final Exposure exposure;
    private final ChangeLock lock;
    private final int maxVolumes;

    public VolumeAdmin(Catalog catalog, Pool pool, TimeParts time, Exposure exposure, ChangeLock lock, int maxVolumes) {
        this.catalog = catalog;
        this.pool = pool;
        this.time = time;
        this.views = new VolumeViews(catalog, pool, time, exposure);
        this.exposure = exposure;
        this.lock = lock;
        this.maxVolumes = maxVolumes;
    }

    public List<Volumes.View> list() {
        return catalog.state().volumes().stream().map(views::of).toList();
    }

    public Volumes.View show(String name) {
        return views.of(entry(name));
    }

    /** Answers the existing volume when it is as asked for. */
    public Created<Volumes.View> create(Volumes.Create asked) {
        Names.check("volume", asked.name());
        WritePolicy policy = WritePolicies.parse(asked.writePolicy());
        int physicalBlock = physicalBlock(asked);
        boolean removable = Boolean.TRUE.equals(asked.removable());
        boolean readOnly = Boolean.TRUE.equals(asked.readOnly());
        long blocks = blocks(asked.sizeBytes());
        return lock.change(() -> {
            VolumeEntry wanted = new VolumeEntry(
                    asked.name(),
                    UUID.randomUUID(),
                    catalog.state().lowestFreeLun(),
                    physicalBlock,
                    removable,
                    readOnly,
                    Clock.micros(),
                    null);
            VolumeEntry existing = catalog.state().volume(asked.name()).orElse(null);
            if (existing != null) {
                return new Created<>(sameOrConflict(existing, wanted, blocks, policy), false);
            }
            requireRoom();
            catalog.doom(wanted.uuid());
            Engine.await(pool.create(new VolumeSpec(wanted.id(), blocks, policy)));
            catalog.addVolume(wanted);
            exposure.catalogChanged();
            return new Created<>(views.of(wanted), true);
        });
    }

    /** Refuses one volume more than the limit. */
    void requireRoom() {
        if (catalog.state().volumes().size() >= maxVolumes) {
            throw new ApiException(
                    ErrorCode.LIMIT_REACHED,
                    "the array has " + maxVolumes + " volumes",
                    "limits.volumes allows no more",
                    "destroy a volume, or raise the limit in san.toml");
        }
    }

    private Volumes.View sameOrConflict(VolumeEntry existing, VolumeEntry wanted, long blocks, WritePolicy policy) {
        Volume volume = volume(existing);
        if (existing.physicalBlock() == wanted.physicalBlock()
                && existing.removable() == wanted.removable()
                && existing.readOnly() == wanted.readOnly()
                && volume.blocks() == blocks
                && volume.writePolicy() == policy) {
            return views.of(existing);
        }
        throw new ApiException(
                ErrorCode.VOLUME_EXISTS,
                "a volume \"" + existing.name() + "\" exists already",
                "it differs in size or options from the one asked for",
                "choose another name, or change it with: san volume resize, san volume set");
    }

    /** Grows; shrinks only when told that data beyond may go. */
    public Volumes.View resize(String name, Volumes.Resize asked) {
        long blocks = blocks(asked.sizeBytes());
        return lock.change(() -> {
            VolumeEntry entry = entry(name);
            long before = volume(entry).blocks();
            if (blocks < before && !Boolean.TRUE.equals(asked.truncate())) {
                throw new ApiException(
                        ErrorCode.SHRINK_REFUSED,
                        "volume \"" + name + "\" is larger than that",
                        "a smaller size drops the data beyond it",
                        "shrink the file system first, then say --truncate");
            }
            if (blocks != before) {
                Engine.await(pool.resize(entry.id(), blocks));
                exposure.resized(entry);
            }
            return views.of(entry);
        });
    }

    public Volumes.View set(String name, Volumes.Update asked) {
        String policy = asked.writePolicy();
        WritePolicy wanted = policy == null ? null : WritePolicies.parse(policy);
        Duration window = window(asked.rewindWindowS());
        return lock.change(() -> {
            VolumeEntry entry = entry(name);
            if (wanted != null && wanted != volume(entry).writePolicy()) {
                Engine.await(pool.setWritePolicy(entry.id(), wanted));
                exposure.writePolicyChanged(entry);
            }
            if (window != null) {
                Engine.await(time.timeline().setRewindWindow(entry.id(), window));
            }
            Boolean readOnly = asked.readOnly();
            if (readOnly != null && readOnly != entry.readOnly()) {
                entry = entry.withReadOnly(readOnly);
                catalog.changeVolume(entry);
                exposure.catalogChanged();
            }
            return views.of(entry);
        });
    }

    /**
     * The volume, its data and its grants are gone on return.
     *
     * @param withSnapshots whether its snapshots may go too; held and mounted ones never go
     */
    public void destroy(String name, boolean withSnapshots) {
        lock.change(() -> told(() -> {
            VolumeEntry entry = entry(name);
            requireExpendable(entry, withSnapshots);
            time.snapshots().deleteAll(entry.id());
            catalog.removeVolume(entry);
            exposure.catalogChanged();
            VolumeId id = entry.id();
            if (pool.volume(id).isPresent()) {
                Engine.await(pool.destroy(id));
            }
            catalog.forget(entry.uuid());
            return name;
        }));
    }

    private void requireExpendable(VolumeEntry entry, boolean withSnapshots) {
        time.names().state().groupOf(entry.id()).ifPresent(group -> {
            throw new ApiException(
                    ErrorCode.VOLUME_IN_GROUP,
                    "volume \"" + entry.name() + "\" is in group \"" + group.name() + "\"",
                    "a group would lose a member unnoticed",
                    "take it out first: san group remove " + group.name() + " " + entry.name());
        });
        // What only tokens of hosts name is no reason to keep the volume.
        long snapshots = time.names().state().snapshots(entry.id()).stream()
                .filter(snapshot -> snapshot.kind() != SnapshotKind.TOKEN)
                .count();
        if (snapshots > 0 && !withSnapshots) {
            throw new ApiException(
                    ErrorCode.VOLUME_HAS_SNAPSHOTS,
                    "volume \"" + entry.name() + "\" has " + snapshots + " snapshots",
                    "they would go with it",
                    "delete them first, or say --with-snapshots; clones of it stay either way");
        }
    }

    VolumeEntry entry(String name) {
        return catalog.state().volume(name).orElseThrow(() -> volumeNotFound(name));
    }

    static ApiException volumeNotFound(String name) {
        return new ApiException(
                ErrorCode.VOLUME_NOT_FOUND,
                "no volume \"" + name + "\"",
                "the array has no volume of this name",
                "see the names with: san volume list");
    }

    Volume volume(VolumeEntry entry) {
        return pool.volume(entry.id()).orElseThrow(() -> views.missing(entry));
    }

    private static int physicalBlock(Volumes.Create asked) {
        Integer bytes = asked.physicalBlock();
        if (bytes == null || bytes == 4096) {
            return 4096;
        }
        if (bytes == 512) {
            return 512;
        }
        throw new ApiException(
                ErrorCode.BAD_VALUE,
                "a physical block of " + bytes + " bytes is not offered",
                "it must be 512 or 4096",
                "say --physical-block 512 or --physical-block 4096");
    }

    private static long blocks(long bytes) {
        if (bytes < UNIT || bytes % UNIT != 0 || bytes > MOST_BYTES) {
            throw new ApiException(
                    ErrorCode.BAD_SIZE,
                    bytes + " bytes is no size of a volume",
                    "a size is a multiple of 4 KiB, from 4 KiB to 8 PiB",
                    "say for example " + Math.clamp(bytes / UNIT * UNIT, UNIT, MOST_BYTES) + " bytes");
        }
        return bytes / VolumeSpec.BLOCK_BYTES;
    }

    private static @Nullable Duration window(@Nullable Long seconds) {
        if (seconds == null) {
            return null;
        }
        if (seconds < 0 || seconds > MOST_REWIND.toSeconds()) {
            throw new ApiException(
                    ErrorCode.BAD_VALUE,
                    "a rewind window of " + seconds + " s is not offered",
                    "it is 0 to 30 days",
                    "say for example --rewind-window 1h, or --rewind-window 0 to end it");
        }
        return Duration.ofSeconds(seconds);
    }
}
