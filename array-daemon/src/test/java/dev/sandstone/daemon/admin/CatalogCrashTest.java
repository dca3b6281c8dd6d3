package dev.sandstone.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.daemon.api.Grants;
import dev.sandstone.daemon.api.Hosts;
import dev.sandstone.daemon.api.Snapshots;
import dev.sandstone.daemon.api.VolumeTimes;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.catalog.ArrayEntry;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.CatalogState;
import dev.sandstone.daemon.catalog.HostSecrets;
import dev.sandstone.daemon.catalog.Sealer;
import dev.sandstone.engine.meta.CatalogStore;
import dev.sandstone.engine.meta.HeapCatalogStore;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import dev.sandstone.snapshot.catalog.SnapshotCatalog;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The process dies at every step of a series of changes; afterwards catalog and engine agree, and what was told holds. */
class CatalogCrashTest {
    private static final ArrayEntry ARRAY = new ArrayEntry("test", new UUID(1, 2));

    @Test
    void catalogAndEngineAgreeAfterACrashAtEveryStep() {
        int steps = 0;
        CrashPoint point;
        do {
            point = new CrashPoint(steps);
            crashAfter(point);
            steps++;
        } while (point.reached());
        assertThat(steps).as("crash points tried").isGreaterThan(60);
    }

    private static void crashAfter(CrashPoint point) {
        CatalogStore disk = new HeapCatalogStore();
        FakePool pool = new FakePool();
        int done = 0;
        try {
            CatalogStore store = new CrashingStore(disk, point);
            Catalog catalog = Catalog.open(store, ARRAY);
            TimeParts time = TimeParts.of(catalog, SnapshotCatalog.open(store), pool.timeline());
            pool.crashAt(point);
            done = 1;
            changes(catalog, pool, time);
            done = 2;
        } catch (CrashPoint.Crash died) {
            assertThat(point.reached()).isTrue();
        }
        pool.crashAt(new CrashPoint(Integer.MAX_VALUE));
        Catalog reopened = Catalog.open(disk, ARRAY);
        TimeParts time = TimeParts.of(reopened, SnapshotCatalog.open(disk), pool.timeline());
        Reconciliation reconciliation = new Reconciliation(reopened, pool, time.settlement());
        reconciliation.sweep();
        assertThat(reconciliation.differences()).isEmpty();
        assertThat(reopened.doomed()).isEmpty();
        CatalogState state = reopened.state();
        state.grants().forEach(grant -> {
            assertThat(state.unit(grant.volume())).isPresent();
            assertThat(state.host(grant.host())).isPresent();
        });
        state.mounts()
                .forEach(mount -> assertThat(pool.timeline().snapshot(new SnapshotId(mount.uuid())))
                        .as("what initiators may see is there")
                        .isPresent());
        if (done == 2) {
            assertThat(state.volumes()).extracting(volume -> volume.name()).containsExactly("b", "c");
            assertThat(state.grants()).hasSize(1);
            assertThat(state.mounts()).isEmpty();
            assertThat(pool.timeline().snapshots()).hasSize(2);
        }
    }

    private static void changes(Catalog catalog, FakePool pool, TimeParts time) {
        FakeExposure exposure = new FakeExposure();
        ChangeLock lock = new ChangeLock();
        VolumeAdmin volumes = new VolumeAdmin(catalog, pool, time, exposure, lock, 10);
        GrantAdmin grants = new GrantAdmin(catalog, exposure, lock);
        HostAdmin hosts =
                new HostAdmin(catalog, new HostSecrets(new Sealer(new byte[Sealer.KEY_BYTES])), exposure, lock);
        volumes.create(new Volumes.Create("a", 1 << 20, null, null, null, null));
        volumes.create(new Volumes.Create("b", 1 << 20, 512, true, null, "write-back"));
        hosts.create(new Hosts.Create("h", "iqn.2026-11.test:h", "user", "a long secret", null, null));
        grants.create(new Grants.Create("a", "h", null, null));
        grants.create(new Grants.Create("b", "h", 5, true));
        volumes.set("b", new Volumes.Update(null, true, null));
        SnapshotAdmin snapshots = new SnapshotAdmin(catalog, time, exposure, lock);
        MountAdmin mounts = new MountAdmin(catalog, time, exposure, lock);
        snapshots.create("b", new Snapshots.Create("one"));
        mounts.mount("b", "one");
        grants.create(new Grants.Create("b@one", "h", null, null));
        mounts.unmount("b", "one");
        new CloneAdmin(catalog, volumes, time, exposure, lock).create("b", new VolumeTimes.Clone("c", "one"));
        snapshots.rollback("b", "one", new Snapshots.Rollback(true));
        snapshots.create("a", new Snapshots.Create("one"));
        volumes.destroy("a", true);
    }

    @Test
    void aVolumeThatNobodyKnowsIsToldAndNeverDestroyed() {
        FakePool pool = new FakePool();
        VolumeId stranger = new VolumeId(new UUID(3, 4));
        pool.create(new VolumeSpec(stranger, 8, WritePolicy.DURABLE));
        CatalogStore store = new HeapCatalogStore();
        Catalog catalog = Catalog.open(store, ARRAY);
        TimeParts time = TimeParts.of(catalog, SnapshotCatalog.open(store), pool.timeline());
        Reconciliation reconciliation = new Reconciliation(catalog, pool, time.settlement());
        assertThat(reconciliation.sweep()).isEmpty();
        assertThat(pool.volume(stranger)).isPresent();
        assertThat(reconciliation.differences())
                .singleElement()
                .asString()
                .contains(stranger.toString())
                .contains("does not name it");
        assertThat(new PoolAdmin(pool, reconciliation).check().start().sound()).isFalse();
    }
}
