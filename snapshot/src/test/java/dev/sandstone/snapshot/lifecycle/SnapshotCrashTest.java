package dev.sandstone.snapshot.lifecycle;

import static dev.sandstone.snapshot.lifecycle.World.A;
import static dev.sandstone.snapshot.lifecycle.World.B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.meta.CatalogStore;
import dev.sandstone.engine.meta.HeapCatalogStore;
import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.Snapshot;
import dev.sandstone.snapshot.catalog.SnapshotEntry;
import dev.sandstone.snapshot.catalog.SnapshotState;
import dev.sandstone.snapshot.catalog.SnapshotStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The process dies at every step of a series of changes; afterwards names and snapshots agree, and what was told holds. */
class SnapshotCrashTest {

    @Test
    void namesAndSnapshotsAgreeAfterACrashAtEveryStep() {
        int steps = 0;
        CrashPoint point;
        do {
            point = new CrashPoint(steps);
            crashAfter(point);
            steps++;
        } while (point.reached());
        assertThat(steps).as("crash points tried").isGreaterThan(30);
    }

    private static void crashAfter(CrashPoint point) {
        World world = new World();
        CatalogStore disk = new HeapCatalogStore();
        List<String> told = new ArrayList<>();
        try {
            World.Parts parts = world.start(new CrashingStore(disk, point));
            world.crashAt(point);
            changes(world, parts, told);
        } catch (CrashPoint.Crash died) {
            assertThat(point.reached()).isTrue();
        }
        world.crashAt(new CrashPoint(Integer.MAX_VALUE));
        World.Parts after = world.start(disk);
        after.settlement().settle();
        assertThat(after.settlement().differences()).isEmpty();
        assertThat(after.settlement().settle()).as("a second time").isEmpty();
        agree(world, after.catalog().state());
        if (told.contains("held")) {
            assertThat(after.snapshots().entry(A, "kept").held()).isTrue();
        }
        if (told.contains("group")) {
            assertThat(after.snapshots().entry(A, "both").group()).isEqualTo("g");
            assertThat(told.contains("clearing")
                            || "g".equals(after.snapshots().entry(B, "both").group()))
                    .isTrue();
        }
        if (told.contains("deleted")) {
            assertThat(after.catalog().state().snapshot(A, "gone")).isEmpty();
        }
        if (told.contains("cleared")) {
            assertThat(after.catalog().state().snapshots(B)).isEmpty();
        }
        if (told.contains("back")) {
            assertThat(world.content(A)).isEqualTo(1);
            assertThat(world.content(B)).isEqualTo(1);
        }
        assertThat(world.content(A)).as("the group goes back together").isEqualTo(world.content(B));
    }

    private static void agree(World world, SnapshotState state) {
        Set<String> named =
                state.snapshots().stream().map(entry -> entry.id().toString()).collect(Collectors.toSet());
        Set<String> there = world.timeline.snapshots().stream()
                .map(Snapshot::id)
                .map(Object::toString)
                .collect(Collectors.toSet());
        assertThat(named).isEqualTo(there);
        assertThat(state.snapshots()).extracting(SnapshotEntry::step).allMatch(step -> step == SnapshotStep.READY);
        assertThat(state.snapshots())
                .extracting(SnapshotEntry::name)
                .as("nothing that was asked for lost its name")
                .noneMatch(name -> name.startsWith("found-"));
    }

    private static void changes(World world, World.Parts parts, List<String> told) {
        world.fill(A, 1);
        world.fill(B, 1);
        parts.snapshots().take(A, "kept");
        parts.snapshots().hold(A, "kept");
        told.add("held");
        parts.groups().create("g", List.of(A, B));
        parts.groups().take("g", "both");
        told.add("group");
        parts.snapshots().take(A, "gone");
        parts.snapshots().delete(A, "gone");
        told.add("deleted");
        world.fill(A, 2);
        world.fill(B, 2);
        parts.groups().rollback("g", "both");
        told.add("back");
        parts.rollbacks()
                .rollback(List.of(new Rollbacks.Step(
                        A, new Moment.Of(parts.snapshots().entry(A, "kept").id()))));
        told.add("clearing");
        parts.snapshots().deleteAll(B);
        told.add("cleared");
        parts.groups().destroy("g");
    }
}
