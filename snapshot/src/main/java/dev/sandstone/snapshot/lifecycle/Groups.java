package dev.sandstone.snapshot.lifecycle;

import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.Snapshot;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.snapshot.catalog.Clock;
import dev.sandstone.snapshot.catalog.GroupEntry;
import dev.sandstone.snapshot.catalog.SnapshotCatalog;
import dev.sandstone.snapshot.catalog.SnapshotEntry;
import dev.sandstone.snapshot.catalog.SnapshotKind;
import dev.sandstone.snapshot.lifecycle.SnapshotException.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Consistency groups: volumes that belong together, such as the data and the log of one database. Their snapshots are of
 * one moment, and they go back together. Blocks; one change at a time, as in {@link Snapshots}.
 */
public final class Groups {
    /** Most volumes of a group: as many as can go back together. */
    public static final int MOST_VOLUMES = Timeline.MOST_TOGETHER;

    private final SnapshotCatalog catalog;
    private final Snapshots snapshots;
    private final Rollbacks rollbacks;
    private final VolumeNames names;

    public Groups(SnapshotCatalog catalog, Snapshots snapshots, Rollbacks rollbacks, VolumeNames names) {
        this.catalog = catalog;
        this.snapshots = snapshots;
        this.rollbacks = rollbacks;
        this.names = names;
    }

    public GroupEntry entry(String name) {
        return catalog.state()
                .group(name)
                .orElseThrow(() -> new SnapshotException(Reason.GROUP_NOT_FOUND, "no group \"" + name + "\""));
    }

    /** Refused when the name is taken, a volume is in another group, or they are more than {@link #MOST_VOLUMES}. */
    public GroupEntry create(String name, Collection<VolumeId> volumes) {
        if (catalog.state().group(name).isPresent()) {
            throw new SnapshotException(Reason.GROUP_EXISTS, "a group \"" + name + "\" exists already");
        }
        return put(new GroupEntry(name, List.of(), Clock.micros()), volumes);
    }

    /** Members that are in already stay as they are. Refused as {@link #create}. */
    public GroupEntry add(String name, Collection<VolumeId> volumes) {
        return put(entry(name), volumes);
    }

    private GroupEntry put(GroupEntry group, Collection<VolumeId> more) {
        Set<UUID> members = new LinkedHashSet<>(group.volumes());
        for (VolumeId volume : more) {
            catalog.state()
                    .groupOf(volume)
                    .filter(other -> !other.name().equals(group.name()))
                    .ifPresent(other -> {
                        throw new SnapshotException(
                                Reason.VOLUME_IN_GROUP,
                                "volume " + names.shown(volume) + " is in group \"" + other.name() + "\"");
                    });
            members.add(volume.uuid());
        }
        if (members.size() > group.volumes().size()) {
            requireFits(group.name(), members.size());
        }
        return changed(group.withVolumes(List.copyOf(members)));
    }

    private static void requireFits(String name, int volumes) {
        if (volumes > MOST_VOLUMES) {
            throw new SnapshotException(
                    Reason.TOO_MANY,
                    "group \"" + name + "\" cannot be " + volumes + " volumes, " + MOST_VOLUMES + " are the most");
        }
    }

    /** The snapshots that were taken stay. */
    public GroupEntry remove(String name, Collection<VolumeId> volumes) {
        GroupEntry group = entry(name);
        List<UUID> members = new ArrayList<>(group.volumes());
        for (VolumeId volume : volumes) {
            if (!members.remove(volume.uuid())) {
                throw new SnapshotException(
                        Reason.NOT_A_MEMBER, "volume " + names.shown(volume) + " is not in group \"" + name + "\"");
            }
        }
        return changed(group.withVolumes(members));
    }

    private GroupEntry changed(GroupEntry group) {
        catalog.putGroup(group);
        return group;
    }

    /** Volumes and snapshots stay. */
    public void destroy(String name) {
        catalog.removeGroup(entry(name).name());
    }

    /** One snapshot of each member, all of the same moment and name. */
    public List<SnapshotEntry> take(String group, String name) {
        return snapshots.take(members(group).stream()
                .map(volume -> SnapshotEntry.wanted(volume, name, SnapshotKind.MANUAL, group))
                .toList());
    }

    /**
     * Every member goes back to its part of the group's snapshot. Refused when a member has none, as one that was added
     * later; what has left the group stays as it is.
     */
    public List<SnapshotEntry> rollback(String group, String name) {
        List<SnapshotEntry> parts =
                members(group).stream().map(volume -> part(group, volume, name)).toList();
        long moments = parts.stream()
                .map(part -> snapshots.inPool(part).map(Snapshot::lsn))
                .distinct()
                .count();
        if (moments != 1) {
            throw new SnapshotException(
                    Reason.NOT_FOUND,
                    "the snapshots \"" + name + "\" of group \"" + group + "\" are of several moments");
        }
        return rollbacks.rollback(parts.stream()
                .map(part -> new Rollbacks.Step(part.volumeId(), new Moment.Of(part.id())))
                .toList());
    }

    private SnapshotEntry part(String group, VolumeId volume, String name) {
        SnapshotEntry entry = catalog.state()
                .snapshot(volume, name)
                .filter(found -> group.equals(found.group()))
                .orElseThrow(() -> new SnapshotException(
                        Reason.NOT_FOUND,
                        "volume " + names.shown(volume) + " has no snapshot \"" + name + "\" of group \"" + group
                                + "\""));
        return snapshots.requireReady(volume, entry.name());
    }

    private List<VolumeId> members(String group) {
        List<VolumeId> members = entry(group).volumeIds();
        if (members.isEmpty()) {
            throw new SnapshotException(Reason.NOT_A_MEMBER, "group \"" + group + "\" has no volume");
        }
        // One of an earlier version may have more. What could not go back is not taken either.
        requireFits(group, members.size());
        return members;
    }
}
