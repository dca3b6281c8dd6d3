package dev.sandstone.snapshot.lifecycle;

import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.snapshot.catalog.SnapshotCatalog;
import dev.sandstone.snapshot.catalog.SnapshotEntry;
import dev.sandstone.snapshot.catalog.SnapshotKind;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Volumes that go back to another moment. What they were is kept as a snapshot of its own, so that a rollback can itself be
 * rolled back. Blocks; one change at a time, as in {@link Snapshots}.
 */
public final class Rollbacks {
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("'undo-'yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final SnapshotCatalog catalog;
    private final Timeline timeline;
    private final Snapshots snapshots;

    /** A volume and where it goes. */
    public record Step(VolumeId volume, Moment to) {}

    public Rollbacks(SnapshotCatalog catalog, Timeline timeline, Snapshots snapshots) {
        this.catalog = catalog;
        this.timeline = timeline;
        this.snapshots = snapshots;
    }

    /** All volumes or none, at one record of the log; answers what they were before, in the same order. */
    public List<SnapshotEntry> rollback(List<Step> steps) {
        String name = NAME.format(Instant.now());
        List<SnapshotEntry> undo = new ArrayList<>();
        List<Timeline.RollbackSpec> specs = new ArrayList<>();
        for (Step step : steps) {
            SnapshotEntry entry = SnapshotEntry.wanted(
                    step.volume(), catalog.state().freeName(step.volume(), name), SnapshotKind.UNDO, null);
            undo.add(entry);
            specs.add(new Timeline.RollbackSpec(step.volume(), step.to(), entry.id()));
        }
        return snapshots.announced(undo, () -> Stages.await(timeline.rollback(specs)));
    }
}
