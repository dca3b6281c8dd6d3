package dev.sandstone.snapshot.lifecycle;

import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.Snapshot;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.snapshot.catalog.Clock;
import dev.sandstone.snapshot.catalog.SnapshotCatalog;
import dev.sandstone.snapshot.catalog.SnapshotEntry;
import dev.sandstone.snapshot.catalog.SnapshotKind;
import dev.sandstone.snapshot.catalog.SnapshotStep;
import dev.sandstone.snapshot.lifecycle.SnapshotException.Reason;
import java.util.List;
import java.util.Optional;

/**
 * Snapshots with names: taken, held, deleted.
 *
 * <p>The methods block; changes are made by one thread at a time, which the caller sees to. They throw
 * {@link SnapshotException} for what the names forbid and {@link EngineException} for what the engine refused; either way
 * nothing has changed but as {@link #deleteAll} says, unless the pool failed or did not answer: then {@link Settlement} decides at the next start.
 */
public final class Snapshots {
    private final SnapshotCatalog catalog;
    private final Timeline timeline;
    private final Exports exports;

    public Snapshots(SnapshotCatalog catalog, Timeline timeline, Exports exports) {
        this.catalog = catalog;
        this.timeline = timeline;
        this.exports = exports;
    }

    /** The snapshot of that name. */
    public SnapshotEntry entry(VolumeId volume, String name) {
        return catalog.state().snapshot(volume, name).orElseThrow(() -> notFound(name));
    }

    /** What the engine has of it; absent while it comes or goes, and when it is missing. */
    public Optional<Snapshot> inPool(SnapshotEntry entry) {
        return timeline.snapshot(entry.id());
    }

    public SnapshotEntry take(VolumeId volume, String name) {
        return take(List.of(SnapshotEntry.wanted(volume, name, SnapshotKind.MANUAL, null)))
                .get(0);
    }

    /** All of one moment, or none. */
    List<SnapshotEntry> take(List<SnapshotEntry> wanted) {
        List<Timeline.SnapshotSpec> specs = wanted.stream()
                .map(entry -> new Timeline.SnapshotSpec(entry.id(), entry.volumeId()))
                .toList();
        return announced(wanted, () -> Stages.await(timeline.take(specs)));
    }

    /** Writes entries, lets the engine make their snapshots, and confirms them. */
    List<SnapshotEntry> announced(List<SnapshotEntry> wanted, Runnable making) {
        wanted.forEach(this::requireFree);
        catalog.put(wanted);
        try {
            making.run();
        } catch (EngineException refused) {
            if (Stages.refusedForCertain(refused)) {
                catalog.remove(wanted);
            }
            throw refused;
        }
        List<SnapshotEntry> ready = wanted.stream().map(this::confirmed).toList();
        catalog.put(ready);
        return ready;
    }

    private SnapshotEntry confirmed(SnapshotEntry wanted) {
        Snapshot made = timeline.snapshot(wanted.id())
                .orElseThrow(() -> new IllegalStateException("a snapshot that was made is not there"));
        return wanted.ready(Clock.micros(made.taken()));
    }

    /** From now on it cannot be deleted; a second time changes nothing. */
    public SnapshotEntry hold(VolumeId volume, String name) {
        SnapshotEntry entry = requireReady(volume, name);
        return entry.held() ? entry : changed(entry.hold());
    }

    public SnapshotEntry release(VolumeId volume, String name) {
        SnapshotEntry entry = entry(volume, name);
        return entry.held() ? changed(entry.release()) : entry;
    }

    private SnapshotEntry changed(SnapshotEntry entry) {
        catalog.put(List.of(entry));
        return entry;
    }

    /** Refused while held or exported. Its space comes back in the background. */
    public void delete(VolumeId volume, String name) {
        delete(List.of(entry(volume, name)));
    }

    /**
     * All snapshots of the volume, or none when one of them must stay. They go in parts: what fails on the way, or a crash,
     * leaves the rest, and deleting them again goes on.
     */
    public void deleteAll(VolumeId volume) {
        List<SnapshotEntry> all = catalog.state().snapshots(volume);
        if (!all.isEmpty()) {
            delete(all);
        }
    }

    /** As many as the engine deletes at once go all or none. */
    void delete(List<SnapshotEntry> doomed) {
        doomed.forEach(this::requireDeletable);
        for (int from = 0; from < doomed.size(); from += Timeline.MOST_DELETED) {
            deletePart(doomed.subList(from, Math.min(doomed.size(), from + Timeline.MOST_DELETED)));
        }
    }

    private void deletePart(List<SnapshotEntry> doomed) {
        catalog.put(doomed.stream().map(SnapshotEntry::deleting).toList());
        List<SnapshotId> there = doomed.stream()
                .filter(entry -> inPool(entry).isPresent())
                .map(SnapshotEntry::id)
                .toList();
        try {
            if (!there.isEmpty()) {
                Stages.await(timeline.delete(there));
            }
        } catch (EngineException refused) {
            if (Stages.refusedForCertain(refused)) {
                catalog.put(doomed);
            }
            throw refused;
        }
        catalog.remove(doomed);
    }

    private void requireFree(SnapshotEntry wanted) {
        if (catalog.state().snapshot(wanted.volumeId(), wanted.name()).isPresent()) {
            throw new SnapshotException(Reason.EXISTS, "a snapshot \"" + wanted.name() + "\" exists already");
        }
    }

    private void requireDeletable(SnapshotEntry entry) {
        if (entry.held()) {
            throw new SnapshotException(Reason.HELD, "snapshot \"" + entry.name() + "\" is held");
        }
        if (exports.exported(entry)) {
            throw new SnapshotException(Reason.EXPORTED, "snapshot \"" + entry.name() + "\" is mounted");
        }
    }

    /** The snapshot, if it can be used: it exists and is not on its way out. */
    public SnapshotEntry requireReady(VolumeId volume, String name) {
        SnapshotEntry entry = entry(volume, name);
        if (entry.step() == SnapshotStep.DELETING || inPool(entry).isEmpty()) {
            throw new SnapshotException(Reason.NOT_FOUND, "snapshot \"" + name + "\" is not in the pool");
        }
        if (entry.kind() == SnapshotKind.TOKEN) {
            throw new SnapshotException(
                    Reason.NOT_FOUND, "snapshot \"" + name + "\" belongs to a token of a host, and goes with it");
        }
        return entry;
    }

    private static SnapshotException notFound(String name) {
        return new SnapshotException(Reason.NOT_FOUND, "no snapshot \"" + name + "\"");
    }
}
