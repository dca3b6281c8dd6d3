package dev.sandstone.daemon.http;

import dev.sandstone.daemon.admin.ChangeLock;
import dev.sandstone.daemon.admin.CloneAdmin;
import dev.sandstone.daemon.admin.CopyAdmin;
import dev.sandstone.daemon.admin.DiskAdmin;
import dev.sandstone.daemon.admin.FakeExposure;
import dev.sandstone.daemon.admin.FakePool;
import dev.sandstone.daemon.admin.GrantAdmin;
import dev.sandstone.daemon.admin.GroupAdmin;
import dev.sandstone.daemon.admin.HostAdmin;
import dev.sandstone.daemon.admin.MountAdmin;
import dev.sandstone.daemon.admin.PoolAdmin;
import dev.sandstone.daemon.admin.PortalAdmin;
import dev.sandstone.daemon.admin.Reconciliation;
import dev.sandstone.daemon.admin.ReservationAdmin;
import dev.sandstone.daemon.admin.SessionAdmin;
import dev.sandstone.daemon.admin.SnapshotAdmin;
import dev.sandstone.daemon.admin.TimeParts;
import dev.sandstone.daemon.admin.TokenTimes;
import dev.sandstone.daemon.admin.UsageAdmin;
import dev.sandstone.daemon.admin.VolumeAdmin;
import dev.sandstone.daemon.admin.VolumeTimeAdmin;
import dev.sandstone.daemon.api.ArrayView;
import dev.sandstone.daemon.catalog.ArrayEntry;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.HostSecrets;
import dev.sandstone.daemon.catalog.Sealer;
import dev.sandstone.engine.meta.HeapCatalogStore;
import dev.sandstone.snapshot.catalog.SnapshotCatalog;
import java.util.List;
import java.util.UUID;

/** The whole management interface over a catalog and a pool in memory. */
public final class TestApi {
    private TestApi() {}

    public static Api create() {
        return create(new FakePool());
    }

    public static Api create(FakePool pool) {
        HeapCatalogStore store = new HeapCatalogStore();
        Catalog catalog = Catalog.open(store, new ArrayEntry("test", new UUID(1, 2)));
        FakeExposure exposure = new FakeExposure();
        ChangeLock lock = new ChangeLock();
        HostSecrets secrets = new HostSecrets(new Sealer(new byte[Sealer.KEY_BYTES]));
        TimeParts time = TimeParts.of(catalog, SnapshotCatalog.open(store), pool.timeline());
        VolumeAdmin volumes = new VolumeAdmin(catalog, pool, time, exposure, lock, 100);
        return new Api(
                () -> new ArrayView("test", "1", exposure.iqn(), exposure.portals(), "open"),
                volumes,
                new HostAdmin(catalog, secrets, exposure, lock),
                new GrantAdmin(catalog, exposure, lock),
                new Api.InTime(
                        new SnapshotAdmin(catalog, time, exposure, lock),
                        new MountAdmin(catalog, time, exposure, lock),
                        new GroupAdmin(catalog, time, exposure, lock),
                        new CloneAdmin(catalog, volumes, time, exposure, lock),
                        new CopyAdmin(catalog, volumes, new TokenTimes(time, lock), exposure, lock),
                        new VolumeTimeAdmin(catalog, time),
                        new UsageAdmin(catalog, pool, time)),
                new PoolAdmin(pool, new Reconciliation(catalog, pool, time.settlement())),
                new DiskAdmin(pool.disks(), lock, path -> path),
                new Paths(
                        new SessionAdmin(catalog, exposure),
                        new PortalAdmin(catalog, exposure.portals(), exposure, lock),
                        new ReservationAdmin(catalog, exposure)),
                () -> "sandstone_volumes " + List.of(1).size() + "\n");
    }
}
