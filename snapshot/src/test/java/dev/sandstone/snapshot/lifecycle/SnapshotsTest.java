package dev.sandstone.snapshot.lifecycle;

import static dev.sandstone.snapshot.lifecycle.World.A;
import static dev.sandstone.snapshot.lifecycle.World.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.engine.meta.HeapCatalogStore;
import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.Snapshot;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.snapshot.catalog.GroupEntry;
import dev.sandstone.snapshot.catalog.SnapshotEntry;
import dev.sandstone.snapshot.catalog.SnapshotKind;
import dev.sandstone.snapshot.catalog.SnapshotStep;
import dev.sandstone.snapshot.lifecycle.SnapshotException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SnapshotsTest {
    private final World world = new World();
    private final HeapCatalogStore store = new HeapCatalogStore();
    private final World.Parts parts = world.start(store);
    private final Snapshots snapshots = parts.snapshots();
    private final Groups groups = parts.groups();

    private static void refused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(SnapshotException.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused).message().isNotBlank();
        });
    }

    private Moment.Of of(VolumeId volume, String name) {
        return new Moment.Of(snapshots.entry(volume, name).id());
    }

    private List<String> namesOf(VolumeId volume) {
        return parts.catalog().state().snapshots(volume).stream()
                .map(SnapshotEntry::name)
                .toList();
    }

    @Test
    void aSnapshotHasANameAndTheTimeOfItsMoment() {
        world.timeline.tick(Duration.ofHours(1));
        SnapshotEntry entry = snapshots.take(A, "one");
        assertThat(entry.step()).isEqualTo(SnapshotStep.READY);
        assertThat(entry.kind()).isEqualTo(SnapshotKind.MANUAL);
        assertThat(entry.takenMicros()).isEqualTo(world.timeline.now().toEpochMilli() * 1000);
        assertThat(snapshots.inPool(entry)).map(Snapshot::volume).contains(A);
        assertThat(world.start(store).snapshots().entry(A, "one")).isEqualTo(entry);
        refused(Reason.EXISTS, () -> snapshots.take(A, "one"));
        assertThat(world.timeline.snapshots()).hasSize(1);
        snapshots.take(B, "one");
        snapshots.delete(A, "one");
        refused(Reason.NOT_FOUND, () -> snapshots.entry(A, "one"));
        refused(Reason.NOT_FOUND, () -> snapshots.delete(A, "one"));
        assertThat(namesOf(B)).containsExactly("one");
    }

    @Test
    void whatTheEngineRefusesLeavesNoName() {
        VolumeId none = new VolumeId(new UUID(9, 9));
        assertThatThrownBy(() -> snapshots.take(none, "one"))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        refused -> assertThat(refused.status()).isEqualTo(EngineStatus.NOT_FOUND));
        assertThat(parts.catalog().state().snapshots()).isEmpty();
        assertThatThrownBy(() -> snapshots.take(A, "a/b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> snapshots.take(A, "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> snapshots.take(A, "a@b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aHeldOneStaysUntilItIsReleased() {
        snapshots.take(A, "one");
        snapshots.take(A, "two");
        assertThat(snapshots.hold(A, "one").held()).isTrue();
        assertThat(snapshots.hold(A, "one")).isEqualTo(snapshots.entry(A, "one"));
        refused(Reason.HELD, () -> snapshots.delete(A, "one"));
        refused(Reason.HELD, () -> snapshots.deleteAll(A));
        assertThat(world.timeline.snapshots()).as("none went").hasSize(2);
        assertThat(world.start(store).snapshots().entry(A, "one").held())
                .as("after a restart")
                .isTrue();
        assertThat(snapshots.release(A, "one").held()).isFalse();
        snapshots.release(A, "one");
        snapshots.deleteAll(A);
        assertThat(world.timeline.snapshots()).isEmpty();
        snapshots.deleteAll(A);
    }

    @Test
    void moreThanOneRecordNamesAreDeletedInParts() {
        int many = Timeline.MOST_DELETED * 2 + 3;
        for (int i = 0; i < many; i++) {
            snapshots.take(A, "s" + i);
        }
        snapshots.hold(A, "s" + (many - 1));
        refused(Reason.HELD, () -> snapshots.deleteAll(A));
        assertThat(world.timeline.snapshots()).as("none went").hasSize(many);
        snapshots.release(A, "s" + (many - 1));
        snapshots.deleteAll(A);
        assertThat(world.timeline.snapshots()).isEmpty();
        assertThat(world.start(store).catalog().state().snapshots()).isEmpty();
    }

    @Test
    void aDeletionInPartsThatIsCutOffIsAskedForAgain() {
        int many = Timeline.MOST_DELETED * 2 + 1;
        for (int i = 0; i < many; i++) {
            snapshots.take(A, "s" + i);
        }
        // Each part is two steps of the engine.
        world.crashAt(new CrashPoint(2));
        assertThatThrownBy(() -> snapshots.deleteAll(A)).isInstanceOf(CrashPoint.Crash.class);
        world.crashAt(new CrashPoint(Integer.MAX_VALUE));
        assertThat(world.timeline.snapshots()).hasSize(Timeline.MOST_DELETED + 1);
        World.Parts again = world.start(store);
        again.settlement().settle();
        assertThat(again.settlement().differences()).isEmpty();
        assertThat(again.catalog().state().snapshots(A)).hasSize(1);
        again.snapshots().deleteAll(A);
        assertThat(world.timeline.snapshots()).isEmpty();
        assertThat(again.catalog().state().snapshots()).isEmpty();
    }

    @Test
    void aGroupHasNoMoreVolumesThanCanGoBackTogether() {
        List<VolumeId> most = world.more(Groups.MOST_VOLUMES);
        refused(Reason.TOO_MANY, () -> groups.create("g", with(most, A)));
        assertThat(parts.catalog().state().groups()).isEmpty();
        groups.create("g", most);
        refused(Reason.TOO_MANY, () -> groups.add("g", List.of(A)));
        assertThat(groups.add("g", most.subList(0, 1)).volumeIds())
                .as("is in already")
                .isEqualTo(most);
        most.forEach(volume -> world.fill(volume, 1));
        groups.take("g", "one");
        most.forEach(volume -> world.fill(volume, 2));
        groups.rollback("g", "one");
        assertThat(most).allSatisfy(volume -> assertThat(world.content(volume)).isEqualTo(1));
    }

    @Test
    void aGroupThatAnEarlierVersionMadeTooLargeIsToldSo() {
        List<VolumeId> many = with(world.more(Groups.MOST_VOLUMES), A);
        parts.catalog()
                .putGroup(new GroupEntry("g", many.stream().map(VolumeId::uuid).toList(), 1));
        refused(Reason.TOO_MANY, () -> groups.take("g", "one"));
        refused(Reason.TOO_MANY, () -> groups.rollback("g", "one"));
        assertThat(world.timeline.snapshots()).isEmpty();
        groups.remove("g", List.of(A));
        assertThat(groups.take("g", "one")).hasSize(Groups.MOST_VOLUMES);
    }

    private static List<VolumeId> with(List<VolumeId> some, VolumeId more) {
        return Stream.concat(some.stream(), Stream.of(more)).toList();
    }

    @Test
    void oneThatInitiatorsSeeStays() {
        snapshots.take(A, "one");
        world.exported.add("one");
        refused(Reason.EXPORTED, () -> snapshots.delete(A, "one"));
        world.exported.clear();
        snapshots.delete(A, "one");
        assertThat(world.timeline.snapshots()).isEmpty();
    }

    @Test
    void aRollbackKeepsWhatWasAndCanItselfBeUndone() {
        world.fill(A, 1);
        snapshots.take(A, "one");
        world.fill(A, 2);
        SnapshotEntry undo = parts.rollbacks()
                .rollback(List.of(new Rollbacks.Step(A, of(A, "one"))))
                .get(0);
        assertThat(world.content(A)).isEqualTo(1);
        assertThat(undo.kind()).isEqualTo(SnapshotKind.UNDO);
        assertThat(undo.name()).startsWith("undo-");
        world.fill(A, 3);
        SnapshotEntry second = parts.rollbacks()
                .rollback(List.of(new Rollbacks.Step(A, new Moment.Of(undo.id()))))
                .get(0);
        assertThat(world.content(A)).isEqualTo(2);
        assertThat(second.name()).isNotEqualTo(undo.name());
        assertThat(namesOf(A)).containsExactlyInAnyOrder("one", undo.name(), second.name());
    }

    @Test
    void aTimeOutsideTheWindowChangesNothing() {
        world.timeline.setRewindWindow(A, Duration.ofMinutes(5));
        world.fill(A, 1);
        world.timeline.tick(Duration.ofMinutes(1));
        world.fill(A, 2);
        world.timeline.tick(Duration.ofMinutes(1));
        Moment before = parts.moments().resolve(A, "90s ago");
        assertThatThrownBy(() -> parts.rollbacks()
                        .rollback(List.of(new Rollbacks.Step(A, parts.moments().resolve(A, "1h ago")))))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        refused -> assertThat(refused.status()).isEqualTo(EngineStatus.OUT_OF_RANGE));
        assertThat(parts.catalog().state().snapshots()).isEmpty();
        assertThat(world.content(A)).isEqualTo(2);
        parts.rollbacks().rollback(List.of(new Rollbacks.Step(A, before)));
        assertThat(world.content(A)).isEqualTo(1);
    }

    @Test
    void aMomentIsASnapshotOrATime() {
        SnapshotEntry entry = snapshots.take(A, "2026");
        assertThat(parts.moments().resolve(A, "2026")).isEqualTo(new Moment.Of(entry.id()));
        Instant now = world.timeline.now();
        assertThat(parts.moments().time("10s ago")).isEqualTo(now.minusSeconds(10));
        assertThat(parts.moments().time(" 1d2h3m4s  ago ")).isEqualTo(now.minusSeconds(93784));
        assertThat(parts.moments().time("2026-11-27T08:30:00Z")).isEqualTo(Instant.parse("2026-11-27T08:30:00Z"));
        assertThat(parts.moments().time("2026-11-27T09:30:00.25+01:00"))
                .isEqualTo(Instant.parse("2026-11-27T08:30:00.25Z"));
        assertThat(parts.moments().time("2026-11-27T08:30")).isEqualTo(Instant.parse("2026-11-27T08:30:00Z"));
        refused(Reason.NOT_FOUND, () -> parts.moments().resolve(A, "other"));
        for (String bad : new String[] {
            "",
            "10 ago",
            "s ago",
            "10s",
            "-5s ago",
            "2026-13-01T00:00:00Z",
            "2026-11-27 08:30:00",
            "\u0000",
            "9999999999s ago"
        }) {
            refused(Reason.BAD_MOMENT, () -> parts.moments().time(bad));
        }
    }

    @Test
    void aGroupIsTakenAtOneMomentAndGoesBackTogether() {
        groups.create("g", List.of(A, B));
        world.fill(A, 1);
        world.fill(B, 1);
        List<SnapshotEntry> taken = groups.take("g", "one");
        assertThat(taken)
                .extracting(entry -> snapshots.inPool(entry).orElseThrow().lsn())
                .containsOnly(world.timeline.snapshots().get(0).lsn());
        assertThat(taken).allSatisfy(entry -> assertThat(entry.group()).isEqualTo("g"));
        world.fill(A, 2);
        world.fill(B, 2);
        assertThat(groups.rollback("g", "one")).hasSize(2);
        assertThat(world.content(A)).isEqualTo(1);
        assertThat(world.content(B)).isEqualTo(1);
        refused(Reason.NOT_FOUND, () -> groups.rollback("g", "none"));
        refused(Reason.EXISTS, () -> groups.take("g", "one"));
    }

    @Test
    void aGroupsSnapshotIsTakenOfAllOrOfNone() {
        groups.create("g", List.of(A, B));
        snapshots.take(B, "one");
        refused(Reason.EXISTS, () -> groups.take("g", "one"));
        assertThat(namesOf(A)).isEmpty();
        refused(Reason.NOT_FOUND, () -> groups.rollback("g", "one"));
        groups.remove("g", List.of(B));
        groups.take("g", "two");
        groups.add("g", List.of(B));
        snapshots.take(B, "two");
        refused(Reason.NOT_FOUND, () -> groups.rollback("g", "two"));
    }

    @Test
    void partsOfSeveralMomentsAreNoMomentOfTheGroup() {
        groups.create("g", List.of(A, B));
        groups.take("g", "one");
        snapshots.delete(A, "one");
        groups.remove("g", List.of(B));
        groups.take("g", "one");
        groups.add("g", List.of(B));
        world.fill(A, 7);
        refused(Reason.NOT_FOUND, () -> groups.rollback("g", "one"));
        assertThat(world.content(A)).isEqualTo(7);
    }

    @Test
    void aVolumeIsInOneGroupOnly() {
        groups.create("g", List.of(A));
        refused(Reason.GROUP_EXISTS, () -> groups.create("g", List.of()));
        refused(Reason.VOLUME_IN_GROUP, () -> groups.create("h", List.of(B, A)));
        refused(Reason.GROUP_NOT_FOUND, () -> groups.add("h", List.of(B)));
        refused(Reason.NOT_A_MEMBER, () -> groups.remove("g", List.of(B)));
        assertThat(groups.add("g", List.of(A, B)).volumeIds()).containsExactly(A, B);
        assertThat(groups.remove("g", List.of(A, B)).volumeIds()).isEmpty();
        refused(Reason.NOT_A_MEMBER, () -> groups.take("g", "one"));
        groups.destroy("g");
        refused(Reason.GROUP_NOT_FOUND, () -> groups.destroy("g"));
        assertThat(world.start(store).catalog().state().groups()).isEmpty();
    }

    @Test
    void whatThePoolHasWithoutANameGetsOneAndWhatItLacksIsTold() {
        SnapshotId stranger = new SnapshotId(new UUID(0xabcdef0112345678L, 1));
        world.timeline.take(List.of(new Timeline.SnapshotSpec(stranger, A)));
        assertThat(parts.settlement().differences()).singleElement().asString().contains(stranger.toString());
        assertThat(parts.settlement().settle()).singleElement().asString().contains("found-abcdef01");
        assertThat(snapshots.entry(A, "found-abcdef01").kind()).isEqualTo(SnapshotKind.FOUND);
        assertThat(parts.settlement().differences()).isEmpty();
        world.timeline.delete(List.of(stranger));
        assertThat(parts.settlement().settle()).isEmpty();
        assertThat(parts.settlement().differences())
                .singleElement()
                .asString()
                .contains("in the catalog, not in the pool");
        refused(Reason.NOT_FOUND, () -> snapshots.hold(A, "found-abcdef01"));
        snapshots.delete(A, "found-abcdef01");
        assertThat(parts.settlement().differences()).isEmpty();
    }

    @Test
    void aSnapshotOfAVolumeThatNobodyNamesIsLeftAlone() {
        snapshots.take(A, "one");
        world.names.remove(A);
        SnapshotId stranger = new SnapshotId(new UUID(3, 4));
        world.timeline.take(List.of(new Timeline.SnapshotSpec(stranger, A)));
        assertThat(parts.settlement().settle()).isEmpty();
        assertThat(world.timeline.snapshots()).hasSize(2);
        assertThat(parts.settlement().differences()).hasSize(2);
    }
}
