package dev.sandstone.snapshot.catalog;

import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.VolumeId;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** All entries at one moment; immutable, read without a lock. */
public final class SnapshotState {
    private static final Comparator<SnapshotEntry> BY_AGE =
            Comparator.comparingLong(SnapshotEntry::takenMicros).thenComparing(SnapshotEntry::name);

    private final Map<UUID, Map<String, SnapshotEntry>> byVolume = new HashMap<>();
    private final Map<UUID, SnapshotEntry> byId = new HashMap<>();
    private final NavigableMap<String, GroupEntry> groups = new TreeMap<>();

    SnapshotState(Collection<SnapshotEntry> snapshots, Collection<GroupEntry> groups) {
        for (SnapshotEntry entry : snapshots) {
            byVolume.computeIfAbsent(entry.volume(), volume -> new HashMap<>()).put(entry.name(), entry);
            byId.put(entry.uuid(), entry);
        }
        groups.forEach(group -> this.groups.put(group.name(), group));
    }

    /** Of all volumes, oldest first. */
    public List<SnapshotEntry> snapshots() {
        return byId.values().stream().sorted(BY_AGE).toList();
    }

    /** Of one volume, oldest first. */
    public List<SnapshotEntry> snapshots(VolumeId volume) {
        return byVolume.getOrDefault(volume.uuid(), Map.of()).values().stream()
                .sorted(BY_AGE)
                .toList();
    }

    public Optional<SnapshotEntry> snapshot(VolumeId volume, String name) {
        return Optional.ofNullable(
                byVolume.getOrDefault(volume.uuid(), Map.of()).get(name));
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
        return List.copyOf(groups.values());
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
