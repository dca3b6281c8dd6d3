package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.map.Reclaim;
import dev.sandstone.engine.recovery.SnapshotRow;
import dev.sandstone.engine.recovery.SnapshotTable;
import dev.sandstone.engine.recovery.SnapshotsDeleted;
import dev.sandstone.engine.recovery.SnapshotsTaken;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes, deletes and shows the snapshots of a shard.
 *
 * <p>Confined to the shard's loop, except what is said to be safe from any thread.
 */
final class SnapshotAdmin {
    private final Shard shard;
    private final Changes changes;
    private final VolumeAdmin volumes;
    private final SnapshotTable table;
    private final Map<SnapshotId, SnapshotView> views = new HashMap<>();
    private volatile SnapshotTable.State state;

    SnapshotAdmin(Shard shard, Changes changes, VolumeAdmin volumes, SnapshotTable table) {
        this.shard = shard;
        this.changes = changes;
        this.volumes = volumes;
        this.table = table;
        state = table.state();
    }

    /** The snapshots, oldest first. Safe from any thread. */
    List<Snapshot> all() {
        return state.byAge().values().stream().map(SnapshotAdmin::snapshot).toList();
    }

    /** Safe from any thread. */
    Optional<Snapshot> known(SnapshotId id) {
        return Optional.ofNullable(state.byId().get(id.uuid())).map(SnapshotAdmin::snapshot);
    }

    /** The table has changed: that is told to other threads. */
    void changed() {
        state = table.state();
    }

    static Snapshot snapshot(SnapshotRow row) {
        return new Snapshot(
                new SnapshotId(row.id()),
                new VolumeId(row.volume()),
                row.lsn(),
                Instant.EPOCH.plus(row.micros(), ChronoUnit.MICROS),
                row.blocks());
    }

    SnapshotRow existing(SnapshotId id) {
        SnapshotRow row = table.row(id.uuid());
        if (row == null) {
            throw new EngineException(EngineStatus.NOT_FOUND, "there is no snapshot " + id);
        }
        return row;
    }

    /** Refuses ids that are taken, or named twice. */
    void requireNew(Collection<SnapshotId> ids) {
        Set<SnapshotId> seen = new HashSet<>();
        for (SnapshotId id : ids) {
            if (table.row(id.uuid()) != null || !seen.add(id)) {
                throw new EngineException(EngineStatus.EXISTS, "snapshot " + id + " exists already");
            }
        }
    }

    static void requireCount(int members, int most) {
        if (members < 1 || members > most) {
            throw new EngineException(
                    EngineStatus.TOO_MANY, members + " cannot change at one moment, 1 to " + most + " can");
        }
    }

    CompletableFuture<List<Snapshot>> take(List<Timeline.SnapshotSpec> members) {
        return changes.enqueue(stage -> {
            requireCount(members.size(), SnapshotsTaken.MOST_MEMBERS);
            requireNew(members.stream().map(Timeline.SnapshotSpec::id).toList());
            List<SnapshotsTaken.Member> those = new ArrayList<>();
            for (Timeline.SnapshotSpec member : members) {
                long lineage = volumes.existing(member.volume()).lineage();
                those.add(new SnapshotsTaken.Member(member.id().uuid(), lineage));
            }
            SnapshotsTaken taken = new SnapshotsTaken(shard.loop().wallClockMicros(), those);
            changes.append(new Changes.Written(RecordType.SNAP, 0, taken.encode()), stage, lsn -> {
                shard.facts().snapshots(lsn, taken);
                changed();
                return members.stream()
                        .map(member -> snapshot(existing(member.id())))
                        .toList();
            });
        });
    }

    CompletableFuture<@Nullable Void> delete(Collection<SnapshotId> snapshots) {
        List<UUID> ids = snapshots.stream().map(SnapshotId::uuid).distinct().toList();
        return changes.release(stage -> {
            requireCount(ids.size(), SnapshotsDeleted.MOST_MEMBERS);
            snapshots.forEach(this::existing);
            SnapshotsDeleted deleted = new SnapshotsDeleted(ids);
            changes.append(new Changes.Written(RecordType.SNAPDEL, 0, deleted.encode()), stage, lsn -> {
                shard.facts().deletion(deleted);
                snapshots.forEach(this::gone);
                changed();
                shard.want();
                return null;
            });
        });
    }

    private void gone(SnapshotId id) {
        SnapshotView view = views.remove(id);
        if (view != null) {
            view.deleted();
        }
    }

    /** As if all snapshots of the volume were deleted. */
    void release(VolumeId volume, Reclaim what) {
        table.of(volume.uuid()).forEach(row -> what.release(row.lineage(), row.lsn()));
    }

    CompletableFuture<Volume> view(SnapshotId id) {
        return changes.enqueue(stage -> {
            SnapshotRow row = existing(id);
            SnapshotView view = views.computeIfAbsent(
                    id,
                    first -> new SnapshotView(shard, snapshot(row), shard.map().view(row.lineage(), row.lsn())));
            changes.done(stage, view);
        });
    }
}
