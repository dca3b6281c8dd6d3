package dev.sandstone.daemon.admin;

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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/** Volumes: create, look at, resize, set, destroy. */
public final class VolumeAdmin {
    private static final long UNIT = 4096;

    private final Catalog catalog;
    private final Pool pool;
    private final VolumeViews views;
    private final Exposure exposure;
    private final ChangeLock lock;
    private final int maxVolumes;

    public VolumeAdmin(Catalog catalog, Pool pool, Exposure exposure, ChangeLock lock, int maxVolumes) {
        this.catalog = catalog;
        this.pool = pool;
        this.views = new VolumeViews(catalog, pool, exposure);
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
                    now());
            VolumeEntry existing = catalog.state().volume(asked.name()).orElse(null);
            if (existing != null) {
                return new Created<>(sameOrConflict(existing, wanted, blocks, policy), false);
            }
            if (catalog.state().volumes().size() >= maxVolumes) {
                throw new ApiException(
                        ErrorCode.LIMIT_REACHED,
                        "the array has " + maxVolumes + " volumes",
                        "limits.volumes allows no more",
                        "destroy a volume, or raise the limit in san.toml");
            }
            catalog.doom(wanted.uuid());
            Engine.await(pool.create(new VolumeSpec(wanted.id(), blocks, policy)));
            catalog.addVolume(wanted);
            exposure.catalogChanged();
            return new Created<>(views.of(wanted), true);
        });
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
        return lock.change(() -> {
            VolumeEntry entry = entry(name);
            if (wanted != null && wanted != volume(entry).writePolicy()) {
                Engine.await(pool.setWritePolicy(entry.id(), wanted));
                exposure.writePolicyChanged(entry);
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

    /** The volume, its data and its grants are gone on return. */
    public void destroy(String name) {
        lock.change(() -> {
            VolumeEntry entry = entry(name);
            catalog.removeVolume(entry);
            exposure.catalogChanged();
            VolumeId id = entry.id();
            if (pool.volume(id).isPresent()) {
                Engine.await(pool.destroy(id));
            }
            catalog.forget(entry.uuid());
            return name;
        });
    }

    private VolumeEntry entry(String name) {
        return catalog.state().volume(name).orElseThrow(() -> volumeNotFound(name));
    }

    static ApiException volumeNotFound(String name) {
        return new ApiException(
                ErrorCode.VOLUME_NOT_FOUND,
                "no volume \"" + name + "\"",
                "the array has no volume of this name",
                "see the names with: san volume list");
    }

    private Volume volume(VolumeEntry entry) {
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
        if (bytes < UNIT || bytes % UNIT != 0 || bytes / VolumeSpec.BLOCK_BYTES > VolumeSpec.MAX_BLOCKS) {
            throw new ApiException(
                    ErrorCode.BAD_SIZE,
                    bytes + " bytes is no size of a volume",
                    "a size is a multiple of 4 KiB, from 4 KiB to 8 PiB",
                    "round it, for example to " + Math.max(UNIT, bytes / UNIT * UNIT) + " bytes");
        }
        return bytes / VolumeSpec.BLOCK_BYTES;
    }

    private static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
