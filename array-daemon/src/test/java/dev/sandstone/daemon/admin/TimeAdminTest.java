package dev.sandstone.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Grants;
import dev.sandstone.daemon.api.Groups;
import dev.sandstone.daemon.api.Hosts;
import dev.sandstone.daemon.api.Snapshots;
import dev.sandstone.daemon.api.VolumeTimes;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.catalog.ArrayEntry;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.HostSecrets;
import dev.sandstone.daemon.catalog.Sealer;
import dev.sandstone.engine.meta.HeapCatalogStore;
import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.snapshot.catalog.SnapshotCatalog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Snapshots, clones, groups, rewind: every use case and what it refuses. */
class TimeAdminTest {
    private static final Snapshots.Rollback UNFORCED = new Snapshots.Rollback(null);

    private final HeapCatalogStore store = new HeapCatalogStore();
    private final Catalog catalog = Catalog.open(store, new ArrayEntry("test", new UUID(1, 2)));
    private final FakePool pool = new FakePool();
    private final TimeParts time = TimeParts.of(catalog, SnapshotCatalog.open(store), pool.timeline());
    private final FakeExposure exposure = new FakeExposure();
    private final ChangeLock lock = new ChangeLock();
    private final VolumeAdmin volumes = new VolumeAdmin(catalog, pool, time, exposure, lock, 5);
    private final HostAdmin hosts =
            new HostAdmin(catalog, new HostSecrets(new Sealer(new byte[Sealer.KEY_BYTES])), exposure, lock);
    private final GrantAdmin grants = new GrantAdmin(catalog, exposure, lock);
    private final SnapshotAdmin snapshots = new SnapshotAdmin(catalog, time, exposure, lock);
    private final MountAdmin mounts = new MountAdmin(catalog, time, exposure, lock);
    private final GroupAdmin groups = new GroupAdmin(catalog, time, exposure, lock);
    private final CloneAdmin clones = new CloneAdmin(catalog, volumes, time, exposure, lock);
    private final VolumeTimeAdmin times = new VolumeTimeAdmin(catalog, time);
    private final UsageAdmin usage = new UsageAdmin(catalog, pool, time);

    TimeAdminTest() {
        volumes.create(new Volumes.Create("db", 1 << 20, 512, null, null, "write-back"));
        exposure.told.clear();
    }

    private static void refused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ApiException.class, refused -> {
            assertThat(refused.code()).isEqualTo(code);
            assertThat(refused.what()).isNotBlank();
            assertThat(refused.why()).isNotBlank();
            assertThat(refused.fix()).isNotBlank();
        });
    }

    private byte[] bytes(String volume) {
        return pool.bytes(catalog.state().volume(volume).orElseThrow().id());
    }

    private Snapshots.View take(String volume, String name) {
        return snapshots.create(volume, new Snapshots.Create(name));
    }

    @Test
    void aSnapshotIsShownWithWhatItHolds() {
        bytes("db")[0] = 1;
        Snapshots.View made = take("db", "one");
        assertThat(made.state()).isEqualTo("ready");
        assertThat(made.kind()).isEqualTo("manual");
        assertThat(made.takenAt()).isEqualTo(pool.timeline().now().toString());
        assertThat(made.sizeBytes()).isEqualTo(1 << 20);
        assertThat(made.mount()).isNull();
        assertThat(snapshots.list("db")).containsExactly(made);
        assertThat(snapshots.list()).containsExactly(made);
        assertThat(snapshots.show("db", "one").reclaimableBytes()).isZero();
        bytes("db")[0] = 2;
        assertThat(snapshots.show("db", "one").reclaimableBytes()).isEqualTo(4096);
        assertThat(volumes.show("db").snapshots()).isEqualTo(1);
        snapshots.delete("db", "one");
        assertThat(snapshots.list()).isEmpty();
    }

    @Test
    void namesAreCheckedBeforeThePoolIsAsked() {
        take("db", "one");
        refused(ErrorCode.SNAPSHOT_EXISTS, () -> take("db", "one"));
        refused(ErrorCode.VOLUME_NOT_FOUND, () -> take("none", "one"));
        for (String bad : new String[] {"", "a b", "a@b", "../a", "a".repeat(64)}) {
            refused(ErrorCode.BAD_NAME, () -> take("db", bad));
        }
        refused(ErrorCode.SNAPSHOT_NOT_FOUND, () -> snapshots.show("db", "two"));
        refused(ErrorCode.SNAPSHOT_NOT_FOUND, () -> snapshots.delete("db", "two"));
        refused(ErrorCode.SNAPSHOT_NOT_FOUND, () -> snapshots.rollback("db", "two", UNFORCED));
        refused(ErrorCode.SNAPSHOT_NOT_FOUND, () -> mounts.mount("db", "two"));
        assertThat(pool.timeline().snapshots()).hasSize(1);
    }

    @Test
    void aHeldSnapshotIsNotDeletedNorIsItsVolume() {
        take("db", "one");
        assertThat(snapshots.hold("db", "one").held()).isTrue();
        refused(ErrorCode.SNAPSHOT_HELD, () -> snapshots.delete("db", "one"));
        refused(ErrorCode.VOLUME_HAS_SNAPSHOTS, () -> volumes.destroy("db", false));
        refused(ErrorCode.SNAPSHOT_HELD, () -> volumes.destroy("db", true));
        assertThat(volumes.show("db").state()).isEqualTo("ready");
        snapshots.release("db", "one");
        volumes.destroy("db", true);
        assertThat(pool.volumes()).isEmpty();
        assertThat(pool.timeline().snapshots()).isEmpty();
    }

    @Test
    void aVolumeGoesWithAnyNumberOfSnapshots() {
        for (int i = 0; i < 2 * Timeline.MOST_DELETED + 1; i++) {
            take("db", "s" + i);
        }
        volumes.destroy("db", true);
        assertThat(pool.volumes()).isEmpty();
        assertThat(pool.timeline().snapshots()).isEmpty();
    }

    @Test
    void aGroupTooLargeIsToldItsLimit() {
        VolumeAdmin many = new VolumeAdmin(catalog, pool, time, exposure, lock, 100);
        List<String> names = new ArrayList<>();
        for (int i = 0; i <= dev.sandstone.snapshot.lifecycle.Groups.MOST_VOLUMES; i++) {
            names.add("v" + i);
            many.create(new Volumes.Create("v" + i, 4096, 512, null, null, "write-back"));
        }
        refused(ErrorCode.LIMIT_REACHED, () -> groups.create(new Groups.Create("g", names)));
        assertThat(groups.list()).isEmpty();
        groups.create(new Groups.Create("g", names.subList(1, names.size())));
        assertThatThrownBy(() -> groups.add("g", new Groups.Members(List.of("v0"))))
                .hasMessageContaining("50 are the most");
        assertThat(groups.snapshot("g", new Snapshots.Create("one"))).hasSize(names.size() - 1);
        assertThat(groups.rollback("g", new Groups.Rollback("one", null))).hasSize(names.size() - 1);
    }

    /** Not that the volume has no such moment. */
    @Test
    void whatAsksForTooManyIsToldThatAndNothingElse() {
        ApiException told = Engine.translate(new EngineException(EngineStatus.TOO_MANY, "51 at once"));
        assertThat(told.code()).isEqualTo(ErrorCode.LIMIT_REACHED);
        assertThat(told.why()).contains("51");
        assertThat(told.fix()).doesNotContain("history");
    }

    @Test
    void aRollbackWaitsUntilNobodyUsesTheVolume() {
        bytes("db")[0] = 1;
        take("db", "one");
        bytes("db")[0] = 2;
        exposure.viewers.add("iqn.2026-11.test:one");
        refused(ErrorCode.VOLUME_IN_USE, () -> snapshots.rollback("db", "one", UNFORCED));
        refused(ErrorCode.VOLUME_IN_USE, () -> snapshots.rewind("db", "one", false));
        assertThat(bytes("db")[0]).isEqualTo((byte) 2);
        assertThat(snapshots.list("db")).hasSize(1);
        Snapshots.View undo = snapshots.rollback("db", "one", new Snapshots.Rollback(true));
        assertThat(bytes("db")[0]).isEqualTo((byte) 1);
        assertThat(undo.kind()).isEqualTo("undo");
        assertThat(exposure.told).containsExactly("content of db");
        exposure.viewers.clear();
        snapshots.rollback("db", undo.name(), UNFORCED);
        assertThat(bytes("db")[0]).isEqualTo((byte) 2);
    }

    @Test
    void aRollbackGivesTheSizeOfThatTimeBack() {
        take("db", "small");
        volumes.resize("db", new Volumes.Resize(2 << 20, null));
        snapshots.rollback("db", "small", UNFORCED);
        assertThat(volumes.show("db").sizeBytes()).isEqualTo(1 << 20);
    }

    @Test
    void aVolumeIsRewoundOnlyInsideItsWindow() {
        refused(ErrorCode.OUTSIDE_WINDOW, () -> snapshots.rewind("db", "10s ago", null));
        refused(ErrorCode.BAD_MOMENT, () -> snapshots.rewind("db", "10 s", null));
        refused(ErrorCode.BAD_VALUE, () -> volumes.set("db", new Volumes.Update(null, null, -1L)));
        refused(ErrorCode.BAD_VALUE, () -> volumes.set("db", new Volumes.Update(null, null, 31L * 86_400)));
        assertThat(volumes.set("db", new Volumes.Update(null, null, 3600L)).rewindWindowS())
                .isEqualTo(3600);
        String before = pool.timeline().now().plusSeconds(30).toString();
        bytes("db")[0] = 1;
        pool.timeline().tick(Duration.ofMinutes(1));
        bytes("db")[0] = 2;
        assertThat(times.history("db").rewindFrom()).isNotNull();
        refused(ErrorCode.OUTSIDE_WINDOW, () -> snapshots.rewind("db", "2020-01-01T00:00:00Z", null));
        refused(ErrorCode.OUTSIDE_WINDOW, () -> snapshots.rewind("db", "2099-01-01T00:00:00Z", null));
        assertThat(snapshots.list("db")).isEmpty();
        Volumes.View clone = clones.create("db", new VolumeTimes.Clone("then", before));
        assertThat(clone.origin()).startsWith("db@2026-");
        assertThat(bytes("then")[0]).isEqualTo((byte) 1);
        snapshots.rewind("db", before, null);
        assertThat(bytes("db")[0]).isEqualTo((byte) 1);
        volumes.set("db", new Volumes.Update(null, null, 0L));
        refused(ErrorCode.OUTSIDE_WINDOW, () -> snapshots.rewind("db", before, null));
    }

    @Test
    void aCloneIsAVolumeOfItsOwn() {
        bytes("db")[0] = 1;
        take("db", "one");
        bytes("db")[0] = 2;
        Volumes.View clone = clones.create("db", new VolumeTimes.Clone("copy", "one"));
        assertThat(clone.origin()).isEqualTo("db@one");
        assertThat(clone.physicalBlock()).isEqualTo(512);
        assertThat(clone.writePolicy()).isEqualTo("write-back");
        assertThat(clone.lun()).isEqualTo(1);
        assertThat(clone.naa()).isNotEqualTo(volumes.show("db").naa());
        assertThat(bytes("copy")[0]).isEqualTo((byte) 1);
        bytes("copy")[0] = 3;
        assertThat(bytes("db")[0]).isEqualTo((byte) 2);
        assertThat(exposure.told).containsExactly("catalog");
        assertThat(clone.depth()).isEqualTo(1);
        assertThat(clones.detach("copy").depth()).isZero();
        assertThat(clones.detach("copy").detachedPercent()).isNull();
        refused(ErrorCode.VOLUME_NOT_FOUND, () -> clones.detach("none"));
        clones.create("db", new VolumeTimes.Clone("now", null));
        assertThat(bytes("now")[0]).isEqualTo((byte) 2);
        assertThat(times.history("db").events())
                .extracting(VolumeTimes.Event::what)
                .containsExactlyInAnyOrder("created", "snapshot", "clone", "clone");
        refused(ErrorCode.VOLUME_EXISTS, () -> clones.create("db", new VolumeTimes.Clone("copy", "one")));
        refused(ErrorCode.SNAPSHOT_NOT_FOUND, () -> clones.create("db", new VolumeTimes.Clone("x", "two")));
        refused(ErrorCode.BAD_NAME, () -> clones.create("db", new VolumeTimes.Clone("x@y", "one")));
        refused(ErrorCode.VOLUME_NOT_FOUND, () -> clones.create("none", new VolumeTimes.Clone("x", null)));
        clones.create("db", new VolumeTimes.Clone("four", null));
        clones.create("db", new VolumeTimes.Clone("five", null));
        refused(ErrorCode.LIMIT_REACHED, () -> clones.create("db", new VolumeTimes.Clone("six", null)));
        snapshots.delete("db", "one");
        volumes.destroy("db", false);
        assertThat(bytes("copy")[0]).as("stays without its origin").isEqualTo((byte) 3);
        assertThat(catalog.doomed()).isEmpty();
    }

    @Test
    void aMountedSnapshotIsALunThatGrantsName() {
        take("db", "one");
        Snapshots.View mounted = mounts.mount("db", "one");
        Snapshots.Mount mount = Objects.requireNonNull(mounted.mount());
        assertThat(mount.name()).isEqualTo("db@one");
        assertThat(mount.lun()).isEqualTo(1);
        assertThat(mount.uris().get(0)).endsWith("/1");
        assertThat(mount.naa()).isNotEqualTo(volumes.show("db").naa());
        assertThat(mounts.mount("db", "one")).isEqualTo(mounted);
        assertThat(exposure.told).containsExactly("catalog");
        hosts.create(new Hosts.Create("h", "iqn.2026-11.test:one", null, null, null, null));
        assertThat(grants.create(new Grants.Create("db@one", "h", 7, null))
                        .view()
                        .volume())
                .isEqualTo("db@one");
        assertThat(Objects.requireNonNull(snapshots.show("db", "one").mount()).lun())
                .as("the LUN that its grant gave it")
                .isEqualTo(7);
        refused(ErrorCode.SNAPSHOT_MOUNTED, () -> snapshots.delete("db", "one"));
        refused(ErrorCode.SNAPSHOT_MOUNTED, () -> volumes.destroy("db", true));
        mounts.unmount("db", "one");
        assertThat(grants.list()).isEmpty();
        refused(ErrorCode.SNAPSHOT_NOT_MOUNTED, () -> mounts.unmount("db", "one"));
        refused(ErrorCode.VOLUME_NOT_FOUND, () -> grants.create(new Grants.Create("db@one", "h", null, null)));
        snapshots.delete("db", "one");
    }

    @Test
    void aGroupIsTakenAndGoesBackTogether() {
        volumes.create(new Volumes.Create("log", 1 << 20, null, null, null, null));
        Created<Groups.View> made = groups.create(new Groups.Create("g", List.of("db", "log")));
        assertThat(made.isNew()).isTrue();
        assertThat(groups.create(new Groups.Create("g", List.of("log", "db"))).isNew())
                .isFalse();
        refused(ErrorCode.GROUP_EXISTS, () -> groups.create(new Groups.Create("g", List.of("db"))));
        refused(ErrorCode.VOLUME_IN_GROUP, () -> groups.create(new Groups.Create("h", List.of("db"))));
        refused(ErrorCode.VOLUME_IN_GROUP, () -> volumes.destroy("log", true));
        refused(ErrorCode.VOLUME_NOT_FOUND, () -> groups.add("g", new Groups.Members(List.of("none"))));
        refused(ErrorCode.GROUP_NOT_FOUND, () -> groups.show("h"));
        bytes("db")[0] = 1;
        bytes("log")[0] = 1;
        assertThat(groups.snapshot("g", new Snapshots.Create("one")))
                .extracting(Snapshots.View::volume)
                .containsExactly("db", "log");
        assertThat(groups.show("g").snapshots()).containsExactly("one");
        bytes("db")[0] = 2;
        bytes("log")[0] = 2;
        exposure.viewers.add("iqn.2026-11.test:one");
        refused(ErrorCode.VOLUME_IN_USE, () -> groups.rollback("g", new Groups.Rollback("one", null)));
        exposure.viewers.clear();
        exposure.told.clear();
        assertThat(groups.rollback("g", new Groups.Rollback("one", null))).hasSize(2);
        assertThat(bytes("db")[0]).isEqualTo((byte) 1);
        assertThat(bytes("log")[0]).isEqualTo((byte) 1);
        assertThat(exposure.told).containsExactly("content of db", "content of log");
        refused(ErrorCode.SNAPSHOT_NOT_FOUND, () -> groups.rollback("g", new Groups.Rollback("none", null)));
        assertThat(groups.remove("g", new Groups.Members(List.of("log"))).volumes())
                .containsExactly("db");
        refused(ErrorCode.NOT_A_MEMBER, () -> groups.remove("g", new Groups.Members(List.of("log"))));
        groups.destroy("g");
        assertThat(groups.list()).isEmpty();
        assertThat(snapshots.list("log")).as("snapshots stay").hasSize(2);
    }

    @Test
    void whatDiffersIsFoundInParts() {
        take("db", "one");
        for (int at : new int[] {0, 4096, 65536}) {
            bytes("db")[at] = 1;
        }
        VolumeTimes.Changes all = times.changes("db", "one", "", 0, 1024);
        assertThat(all.extents()).containsExactly(new VolumeTimes.Extent(0, 8192), new VolumeTimes.Extent(65536, 4096));
        assertThat(all.next()).isNull();
        VolumeTimes.Changes first = times.changes("db", "one", "", 0, 1);
        assertThat(first.next()).isEqualTo(4096);
        assertThat(first.from()).isEqualTo("one");
        bytes("db")[131072] = 1;
        assertThat(times.changes("db", first.from(), first.to(), 4096, 1024).extents())
                .as("of the same now")
                .containsExactly(new VolumeTimes.Extent(4096, 4096), new VolumeTimes.Extent(65536, 4096));
        bytes("db")[131072] = 0;
        refused(ErrorCode.OUTSIDE_WINDOW, () -> times.changes("db", "one", "now:1.99", 0, 1));
        take("db", "two");
        assertThat(times.changes("db", "one", "two", 0, 1024).extents()).isEqualTo(all.extents());
        assertThat(times.changes("db", "two", "", 0, 1024).extents()).isEmpty();
        refused(ErrorCode.SNAPSHOT_NOT_FOUND, () -> times.changes("db", "three", "", 0, 1024));
        refused(ErrorCode.BAD_VALUE, () -> times.changes("db", "one", "", 1, 1024));
        refused(ErrorCode.BAD_VALUE, () -> times.changes("db", "one", "", 0, 0));
        refused(ErrorCode.BAD_VALUE, () -> times.changes("db", "one", "", -512, 1));
    }

    @Test
    void usageTellsWhatDeletingWouldGiveBack() {
        bytes("db")[0] = 1;
        take("db", "one");
        take("db", "two");
        bytes("db")[0] = 2;
        VolumeTimes.Usage shown = usage.of("db");
        assertThat(shown.uniqueBytes() + shown.sharedBytes()).isEqualTo(shown.mappedBytes());
        assertThat(shown.reclaimableBytes()).as("both together").isEqualTo(4096);
        assertThat(shown.snapshots())
                .extracting(VolumeTimes.SnapshotUsage::reclaimableBytes)
                .containsExactly(0L, 0L);
        refused(ErrorCode.VOLUME_NOT_FOUND, () -> usage.of("none"));
    }
}
