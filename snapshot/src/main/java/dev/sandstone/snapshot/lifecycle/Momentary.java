package dev.sandstone.snapshot.lifecycle;

import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.snapshot.catalog.SnapshotCatalog;
import dev.sandstone.snapshot.catalog.SnapshotEntry;
import dev.sandstone.snapshot.catalog.SnapshotKind;
import dev.sandstone.snapshot.catalog.SnapshotStep;
import java.util.List;

/**
 * Snapshots that are kept for as long as a token of copy offload names them, and not beyond the process: {@link Settlement}
 * deletes what is left of them. The methods block, as those of {@link Snapshots}.
 */
public final class Momentary {
    private final SnapshotCatalog catalog;
    private final Snapshots snapshots;

    public Momentary(SnapshotCatalog catalog, Snapshots snapshots) {
        this.catalog = catalog;
        this.snapshots = snapshots;
    }

    /** What the volume shows now. */
    public SnapshotEntry take(VolumeId volume) {
        SnapshotEntry wanted =
                SnapshotEntry.wanted(volume, catalog.state().freeName(volume, "token"), SnapshotKind.TOKEN, null);
        return snapshots.take(List.of(wanted)).get(0);
    }

    /** It is not needed any more; nothing happens when somebody has deleted it. */
    public void delete(SnapshotEntry entry) {
        catalog.state()
                .snapshot(entry.id())
                .filter(there -> there.step() == SnapshotStep.READY)
                .ifPresent(there -> snapshots.delete(List.of(there)));
    }
}
