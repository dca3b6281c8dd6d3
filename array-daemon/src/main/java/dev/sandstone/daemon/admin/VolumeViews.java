package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeSpec;
import java.util.OptionalInt;

/** How a volume is shown: its entry, joined with what engine and target know of it. */
final class VolumeViews {
    private final Catalog catalog;
    private final Pool pool;
    private final TimeParts time;
    private final Exposure exposure;

    VolumeViews(Catalog catalog, Pool pool, TimeParts time, Exposure exposure) {
        this.catalog = catalog;
        this.pool = pool;
        this.time = time;
        this.exposure = exposure;
    }

    Volumes.View of(VolumeEntry entry) {
        Exposure.Identity identity = exposure.identity(entry);
        Volume volume = pool.volume(entry.id()).orElse(null);
        Timeline.Ancestry ancestry = volume == null
                ? new Timeline.Ancestry(0, OptionalInt.empty())
                : Engine.await(time.timeline().ancestry(entry.id()));
        int lun = UnitAddress.lun(catalog.state(), entry);
        return new Volumes.View(
                entry.name(),
                entry.uuid().toString(),
                volume == null ? "missing" : "ready",
                volume == null ? 0 : volume.blocks() * VolumeSpec.BLOCK_BYTES,
                volume == null ? 0 : Engine.await(pool.usage(entry.id())).mappedBytes(),
                exposure.iqn(),
                lun,
                identity.naa(),
                identity.serial(),
                volume == null ? "" : WritePolicies.name(volume.writePolicy()),
                entry.physicalBlock(),
                entry.removable(),
                entry.readOnly(),
                UnitAddress.uris(exposure, lun),
                entry.origin(),
                time.names().state().count(entry.id()),
                volume == null
                        ? 0
                        : Engine.await(time.timeline().rewind(entry.id()))
                                .window()
                                .toSeconds(),
                ancestry.depth(),
                ancestry.detached().isEmpty() ? null : ancestry.detached().getAsInt());
    }

    ApiException missing(VolumeEntry entry) {
        return new ApiException(
                ErrorCode.POOL_UNSOUND,
                "the data of volume \"" + entry.name() + "\" is missing",
                "the catalog names volume " + entry.uuid() + ", the pool does not hold it",
                "check that the array runs on its own data folder; to give the volume up: san volume destroy "
                        + entry.name());
    }
}
