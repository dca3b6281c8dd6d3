package dev.sandstone.daemon.admin;

import static dev.sandstone.daemon.admin.SnapshotRefusals.told;

import dev.sandstone.daemon.api.Groups;
import dev.sandstone.daemon.api.Snapshots;
import dev.sandstone.daemon.catalog.Catalog;
import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.snapshot.catalog.Clock;
import dev.sandstone.snapshot.catalog.GroupEntry;
import dev.sandstone.snapshot.catalog.SnapshotEntry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Consistency groups: volumes whose snapshots are of one moment. */
public final class GroupAdmin {
    private final Catalog catalog;
    private final TimeParts time;
    private final Exposure exposure;
    private final ChangeLock lock;
    private final SnapshotViews views;

    public GroupAdmin(Catalog catalog, TimeParts time, Exposure exposure, ChangeLock lock) {
        this.catalog = catalog;
        this.time = time;
        this.exposure = exposure;
        this.lock = lock;
        this.views = new SnapshotViews(catalog, time, exposure);
    }

    public List<Groups.View> list() {
        return time.names().state().groups().stream().map(this::view).toList();
    }

    public Groups.View show(String name) {
        return told(() -> view(time.groups().entry(name)));
    }

    /** Answers the existing group when it has these members. */
    public Created<Groups.View> create(Groups.Create asked) {
        Names.check("group", asked.name());
        List<String> named = asked.volumes();
        return lock.change(() -> told(() -> {
            Set<VolumeId> members = new LinkedHashSet<>(ids(named == null ? List.of() : named));
            GroupEntry existing = time.names().state().group(asked.name()).orElse(null);
            if (existing != null && new LinkedHashSet<>(existing.volumeIds()).equals(members)) {
                return new Created<>(view(existing), false);
            }
            return new Created<>(view(time.groups().create(asked.name(), members)), true);
        }));
    }

    public Groups.View add(String name, Groups.Members asked) {
        return lock.change(() -> told(() -> view(time.groups().add(name, ids(asked.volumes())))));
    }

    public Groups.View remove(String name, Groups.Members asked) {
        return lock.change(() -> told(() -> view(time.groups().remove(name, ids(asked.volumes())))));
    }

    /** Volumes and snapshots stay. */
    public void destroy(String name) {
        lock.change(() -> told(() -> {
            time.groups().destroy(name);
            return name;
        }));
    }

    public List<Snapshots.View> snapshot(String group, Snapshots.Create asked) {
        Names.check("snapshot", asked.name());
        return lock.change(() -> told(() -> views.brief(time.groups().take(group, asked.name()))));
    }

    /** Every member goes back, or none; answers the snapshots of what they were until now. */
    public List<Snapshots.View> rollback(String group, Groups.Rollback asked) {
        return lock.change(() -> told(() -> {
            List<VolumeEntry> members = time.groups().entry(group).volumeIds().stream()
                    .flatMap(id -> catalog.state().volume(id).stream())
                    .toList();
            members.forEach(volume -> UseGuard.requireUnused(exposure, volume, asked.force()));
            Exposure.Hold unerased = UseGuard.requireNotErased(exposure, members);
            try {
                List<SnapshotEntry> undo = time.groups().rollback(group, asked.name());
                members.forEach(exposure::contentReplaced);
                return views.brief(undo);
            } finally {
                unerased.release();
            }
        }));
    }

    private List<VolumeId> ids(List<String> names) {
        return names.stream()
                .map(name -> catalog.state()
                        .volume(name)
                        .orElseThrow(() -> VolumeAdmin.volumeNotFound(name))
                        .id())
                .toList();
    }

    private Groups.View view(GroupEntry group) {
        List<VolumeId> members = group.volumeIds();
        List<String> common = members.isEmpty()
                ? List.of()
                : time.names().state().snapshots(members.get(0)).stream()
                        .filter(entry -> group.name().equals(entry.group()))
                        .map(SnapshotEntry::name)
                        .filter(name -> members.stream()
                                .allMatch(id -> time.names()
                                        .state()
                                        .snapshot(id, name)
                                        .filter(entry -> group.name().equals(entry.group()))
                                        .isPresent()))
                        .toList();
        return new Groups.View(
                group.name(),
                members.stream()
                        .flatMap(id -> catalog.state().volume(id).stream().map(VolumeEntry::name))
                        .toList(),
                Clock.instant(group.createdMicros()).toString(),
                common);
    }
}
