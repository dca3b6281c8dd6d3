package dev.sandstone.snapshot.lifecycle;

import dev.sandstone.engine.volume.Snapshot;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.snapshot.catalog.Clock;
import dev.sandstone.snapshot.catalog.SnapshotCatalog;
import dev.sandstone.snapshot.catalog.SnapshotEntry;
import dev.sandstone.snapshot.catalog.SnapshotKind;
import dev.sandstone.snapshot.catalog.SnapshotStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Names and snapshots brought to agree after a crash between two steps, without ever guessing that data may go. */
public final class Settlement {
    private final SnapshotCatalog catalog;
    private final Timeline timeline;
    private final VolumeNames names;

    public Settlement(SnapshotCatalog catalog, Timeline timeline, VolumeNames names) {
        this.catalog = catalog;
        this.timeline = timeline;
        this.names = names;
    }

    /**
     * At start, before anyone is served: what was cut off is completed or undone, and a snapshot without a name, of a
     * volume with one, gets a name, so that it can be used and deleted.
     *
     * @return what was done, a line each
     */
    public List<String> settle() {
        List<String> done = new ArrayList<>();
        for (SnapshotEntry entry : catalog.state().snapshots()) {
            if (entry.kind() == SnapshotKind.TOKEN) {
                delete(entry);
                done.add("deleted " + shown(entry) + ", whose token ended with the process");
            } else if (entry.step() == SnapshotStep.CREATING) {
                settleCreating(entry, done);
            } else if (entry.step() == SnapshotStep.DELETING) {
                delete(entry);
                done.add("deleted " + shown(entry) + ", whose deletion was cut off");
            }
        }
        for (Snapshot snapshot : timeline.snapshots()) {
            if (catalog.state().snapshot(snapshot.id()).isEmpty()
                    && names.name(snapshot.volume()).isPresent()) {
                adopt(snapshot, done);
            }
        }
        return done;
    }

    private void settleCreating(SnapshotEntry entry, List<String> done) {
        Optional<Snapshot> made = timeline.snapshot(entry.id());
        if (made.isPresent()) {
            catalog.put(List.of(entry.ready(Clock.micros(made.get().taken()))));
            done.add("completed " + shown(entry) + ", whose creation was cut off");
        } else {
            catalog.remove(List.of(entry));
            done.add("dropped the name of " + shown(entry) + ", which was never taken");
        }
    }

    private void delete(SnapshotEntry entry) {
        if (timeline.snapshot(entry.id()).isPresent()) {
            Stages.await(timeline.delete(List.of(entry.id())));
        }
        catalog.remove(List.of(entry));
    }

    private void adopt(Snapshot snapshot, List<String> done) {
        String name = catalog.state()
                .freeName(snapshot.volume(), "found-" + snapshot.id().toString().substring(0, 8));
        SnapshotEntry entry = new SnapshotEntry(
                snapshot.id().uuid(),
                snapshot.volume().uuid(),
                name,
                SnapshotKind.FOUND,
                SnapshotStep.READY,
                Clock.micros(snapshot.taken()),
                null,
                null);
        catalog.put(List.of(entry));
        done.add("named " + shown(entry) + ", which the pool had and no name led to");
    }

    /** What one side has and the other has not; it is told and left alone. */
    public List<String> differences() {
        List<String> found = new ArrayList<>();
        Set<SnapshotId> there = timeline.snapshots().stream().map(Snapshot::id).collect(Collectors.toSet());
        for (SnapshotEntry entry : catalog.state().snapshots()) {
            SnapshotId id = entry.id();
            if (entry.step() == SnapshotStep.READY && !there.contains(id)) {
                found.add(shown(entry) + " (" + id + ") is in the catalog, not in the pool");
            }
            if (names.name(entry.volumeId()).isEmpty()) {
                found.add(shown(entry) + " (" + id + ") is of a volume that the catalog does not name");
            }
        }
        for (Snapshot snapshot : timeline.snapshots()) {
            if (catalog.state().snapshot(snapshot.id()).isEmpty()) {
                found.add("snapshot " + snapshot.id() + " of volume " + names.shown(snapshot.volume())
                        + " is in the pool, the catalog does not name it");
            }
        }
        return found;
    }

    private String shown(SnapshotEntry entry) {
        return "snapshot \"" + entry.name() + "\" of volume " + names.shown(entry.volumeId());
    }
}
