package dev.sandstone.snapshot.lifecycle;

import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.meta.CatalogStore;
import dev.sandstone.engine.volume.HeapTimeline;
import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.snapshot.catalog.SnapshotCatalog;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Volumes a and b in memory, and all that names their snapshots. */
final class World {
    static final VolumeId A = new VolumeId(new UUID(0, 10));
    static final VolumeId B = new VolumeId(new UUID(0, 11));
    private static final int BLOCKS = 64;

    final Map<VolumeId, HeapVolume> volumes = new LinkedHashMap<>();
    final Map<VolumeId, String> names = new LinkedHashMap<>(Map.of(A, "a", B, "b"));
    final Set<String> exported = new HashSet<>();
    final HeapTimeline timeline;
    private CrashPoint crash = new CrashPoint(Integer.MAX_VALUE);

    World() {
        timeline = new HeapTimeline(volumes, () -> crash.step());
        for (VolumeId id : new VolumeId[] {A, B}) {
            volumes.put(id, new HeapVolume(new QueueLoop(), BLOCKS, id));
        }
    }

    /** So many volumes more. */
    List<VolumeId> more(int count) {
        List<VolumeId> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            VolumeId id = new VolumeId(new UUID(1, i));
            volumes.put(id, new HeapVolume(new QueueLoop(), BLOCKS, id));
            names.put(id, "more-" + i);
            made.add(id);
        }
        return made;
    }

    void crashAt(CrashPoint point) {
        crash = point;
    }

    /** The process as it is after a start on that store. */
    Parts start(CatalogStore store) {
        SnapshotCatalog catalog = SnapshotCatalog.open(store);
        VolumeNames named = id -> Optional.ofNullable(names.get(id));
        Snapshots snapshots = new Snapshots(catalog, timeline, entry -> exported.contains(entry.name()));
        Rollbacks rollbacks = new Rollbacks(catalog, timeline, snapshots);
        return new Parts(
                catalog,
                snapshots,
                rollbacks,
                new Groups(catalog, snapshots, rollbacks, named),
                new Moments(snapshots, new EngineClock(timeline)),
                new Settlement(catalog, timeline, named));
    }

    record Parts(
            SnapshotCatalog catalog,
            Snapshots snapshots,
            Rollbacks rollbacks,
            Groups groups,
            Moments moments,
            Settlement settlement) {}

    void fill(VolumeId id, int value) {
        Arrays.fill(volume(id).bytes(), (byte) value);
    }

    private HeapVolume volume(VolumeId id) {
        return Objects.requireNonNull(volumes.get(id));
    }

    int content(VolumeId id) {
        return volume(id).bytes()[0];
    }

    /** The time of the volumes. */
    private static final class EngineClock extends Clock {
        private final HeapTimeline timeline;

        EngineClock(HeapTimeline timeline) {
            this.timeline = timeline;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return timeline.now();
        }
    }
}
