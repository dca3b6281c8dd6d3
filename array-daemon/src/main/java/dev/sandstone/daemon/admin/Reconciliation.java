package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.snapshot.lifecycle.Settlement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Catalog and engine brought to agree after a crash between two steps, without ever guessing that data may go. */
public final class Reconciliation {
    private final Catalog catalog;
    private final Pool pool;
    private final Settlement snapshots;

    public Reconciliation(Catalog catalog, Pool pool, Settlement snapshots) {
        this.catalog = catalog;
        this.pool = pool;
        this.snapshots = snapshots;
    }

    /**
     * At start, before anyone is served: destroys the volumes whose creation or destruction did not finish, and settles
     * what became of snapshots.
     *
     * @return what was done, a line each
     */
    public List<String> sweep() {
        List<String> swept = new ArrayList<>();
        for (UUID doomed : catalog.doomed()) {
            VolumeId id = new VolumeId(doomed);
            if (pool.volume(id).isPresent()) {
                Engine.await(pool.destroy(id));
                swept.add("removed volume " + doomed + ", whose creation or removal was cut off");
            }
            catalog.forget(doomed);
        }
        swept.addAll(snapshots.settle());
        return swept;
    }

    /** What the pool's own check found, with the names of volumes that it knows by their ids only, and the differences. */
    public List<String> withDifferences(List<String> findings) {
        List<VolumeEntry> volumes = catalog.state().volumes();
        List<String> all = new ArrayList<>(
                findings.stream().map(finding -> named(finding, volumes)).toList());
        all.addAll(differences());
        return all;
    }

    private static String named(String finding, List<VolumeEntry> volumes) {
        String told = finding;
        for (VolumeEntry entry : volumes) {
            told = told.replace("volume " + entry.uuid(), "volume \"" + entry.name() + "\" (" + entry.uuid() + ")");
        }
        return told;
    }

    /** What one side has and the other has not; it is told and left alone. */
    public List<String> differences() {
        List<String> found = new ArrayList<>();
        Set<VolumeId> known = new HashSet<>();
        for (VolumeEntry entry : catalog.state().volumes()) {
            known.add(entry.id());
            if (pool.volume(entry.id()).isEmpty()) {
                found.add("volume \"" + entry.name() + "\" (" + entry.uuid() + ") is in the catalog, not in the pool");
            }
        }
        catalog.doomed().forEach(uuid -> known.add(new VolumeId(uuid)));
        for (Volume volume : pool.volumes()) {
            if (!known.contains(volume.id())) {
                found.add("volume " + volume.id() + " is in the pool, the catalog does not name it");
            }
        }
        found.addAll(snapshots.differences());
        return found;
    }
}
