package dev.sandstone.snapshot.catalog;

import dev.sandstone.engine.tree.SortedTree;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.VolumeId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** All entries at one moment; immutable, read without a lock. */
public final class SnapshotState {
    private static final Comparator<SnapshotEntry> BY_AGE =
            Comparator.comparingLong(SnapshotEntry::takenMicros).thenComparing(SnapshotEntry::name);

    private final SortedTree<UUID, SortedTree<String, SnapshotEntry>> byVolume;
    private final SortedTree<UUID, SnapshotEntry> byId;
    private final SortedTree<String, GroupEntry> groups;

    private SnapshotState(
            SortedTree<UUID, SortedTree<String, SnapshotEntry>> byVolume,
            SortedTree<UUID, SnapshotEntry> byId,
            SortedTree<String, GroupEntry> groups) {
        this.byVolume = byVolume;
        this.byId = byId;
        this.groups = groups;
    }

    static SnapshotState empty() {
        Comparator<UUID> ids = Comparator.naturalOrder();
        return new SnapshotState(
                SortedTree.empty(ids), SortedTree.empty(ids), SortedTree.empty(Comparator.<String>naturalOrder()));
    }

    // with other entries; each costs the logarithm of how many there are

    /** With an entry, new or in place of that of its volume and name. */
    SnapshotState with(SnapshotEntry entry) {
        SnapshotState rest = without(entry);
        SortedTree<String, SnapshotEntry> of = rest.of(entry.volume()).with(entry.name(), entry);
        return new SnapshotState(rest.byVolume.with(entry.volume(), of), rest.byId.with(entry.uuid(), entry), groups);
    }

    /** Without the entry of that volume and name. */
    SnapshotState without(SnapshotEntry entry) {
        SnapshotEntry old = of(entry.volume()).get(entry.name());
        if (old == null) {
            return this;
        }
        SortedTree<String, SnapshotEntry> of = of(entry.volume()).without(entry.name());
        return new SnapshotState(
                of.isEmpty() ? byVolume.without(entry.volume()) : byVolume.with(entry.volume(), of),
                byId.without(old.uuid()),
                groups);
    }

    SnapshotState with(GroupEntry group) {
        return new SnapshotState(byVolume, byId, groups.with(group.name(), group));
    }

    SnapshotState withoutGroup(String name) {
        return new SnapshotState(byVolume, byId, groups.without(name));
    }

    private SortedTree<String, SnapshotEntry> of(UUID volume) {
        SortedTree<String, SnapshotEntry> of = byVolume.get(volume);
        return of == null ? SortedTree.empty(Comparator.<String>naturalOrder()) : of;
    }

    // what there is

    /** How many, of all volumes. */
    public int count() {
        return byId.size();
    }

    /** How many of one volume. */
    public int count(VolumeId volume) {
        return of(volume.uuid()).size();
    }

    /** Of all volumes, oldest first. */
    public List<SnapshotEntry> snapshots() {
        return byId.values().stream().sorted(BY_AGE).toList();
    }

    /** Of one volume, oldest first. */
    public List<SnapshotEntry> snapshots(VolumeId volume) {
        return of(volume.uuid()).values().stream().sorted(BY_AGE).toList();
    }

    public Optional<SnapshotEntry> snapshot(VolumeId volume, String name) {
        return Optional.ofNullable(of(volume.uuid()).get(name));
    }

    public Optional<SnapshotEntry> snapshot(SnapshotId id) {
        return Optional.ofNullable(byId.get(id.uuid()));
    }

    /** The name, or with the first number behind it that makes it one that the volume has no snapshot of. */
    public String freeName(VolumeId volume, String name) {
        String candidate = name;
        for (int i = 2; snapshot(volume, candidate).isPresent(); i++) {
            candidate = name + "-" + i;
        }
        return candidate;
    }

    /** By name. */
    public List<GroupEntry> groups() {
        return groups.values();
    }

    public Optional<GroupEntry> group(String name) {
        return Optional.ofNullable(groups.get(name));
    }

    /** The group that the volume is in. */
    public Optional<GroupEntry> groupOf(VolumeId volume) {
        return groups.values().stream()
                .filter(group -> group.volumes().contains(volume.uuid()))
                .findFirst();
    }
}
