package dev.sandstone.daemon.assembly;

import dev.sandstone.daemon.admin.ChangeLock;
import dev.sandstone.daemon.admin.CloneAdmin;
import dev.sandstone.daemon.admin.CopyAdmin;
import dev.sandstone.daemon.admin.DiskAdmin;
import dev.sandstone.daemon.admin.Exposure;
import dev.sandstone.daemon.admin.GrantAdmin;
import dev.sandstone.daemon.admin.GroupAdmin;
import dev.sandstone.daemon.admin.HostAdmin;
import dev.sandstone.daemon.admin.MountAdmin;
import dev.sandstone.daemon.admin.PoolAdmin;
import dev.sandstone.daemon.admin.PortalAdmin;
import dev.sandstone.daemon.admin.SnapshotAdmin;
import dev.sandstone.daemon.admin.TimeParts;
import dev.sandstone.daemon.admin.TokenTimes;
import dev.sandstone.daemon.admin.UsageAdmin;
import dev.sandstone.daemon.admin.VolumeAdmin;
import dev.sandstone.daemon.admin.VolumeTimeAdmin;
import dev.sandstone.daemon.api.ArrayView;
import dev.sandstone.daemon.api.Version;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.HostSecrets;
import dev.sandstone.daemon.http.Api;
import dev.sandstone.engine.volume.Pool;
import java.nio.file.Path;
import java.util.function.Supplier;

/** The use cases over the parts of an open array. */
record Management(
        ArraySetup setup,
        Catalog catalog,
        TimeParts time,
        Pool pool,
        Exposure exposure,
        HostSecrets secrets,
        ChangeLock lock,
        TokenTimes times) {

    Api api(PoolAdmin poolAdmin, PortalAdmin portals, Supplier<String> metrics) {
        VolumeAdmin volumes = new VolumeAdmin(catalog, pool, time, exposure, lock, setup.maxVolumes());
        CloneAdmin clones = new CloneAdmin(catalog, volumes, time, exposure, lock);
        return new Api(
                this::view,
                volumes,
                new HostAdmin(catalog, secrets, exposure, lock),
                new GrantAdmin(catalog, exposure, lock),
                new Api.InTime(
                        new SnapshotAdmin(catalog, time, exposure, lock),
                        new MountAdmin(catalog, time, exposure, lock),
                        new GroupAdmin(catalog, time, exposure, lock),
                        clones,
                        new CopyAdmin(catalog, volumes, times, exposure, lock),
                        new VolumeTimeAdmin(catalog, time),
                        new UsageAdmin(catalog, pool, time)),
                poolAdmin,
                new DiskAdmin(pool.disks(), lock, this::place),
                Entrances.paths(catalog, exposure, portals),
                metrics);
    }

    private Path place(Path disk) {
        return setup.folder().map(folder -> folder.disk(disk)).orElse(disk);
    }

    private ArrayView view() {
        boolean open = setup.access().openTo(catalog.state());
        return new ArrayView(
                catalog.array().name(),
                Version.current(),
                exposure.iqn(),
                exposure.portals(),
                open ? "open" : "granted");
    }
}
