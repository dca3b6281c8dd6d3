package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.recovery.Forks;
import dev.sandstone.engine.recovery.VolumeRow;
import dev.sandstone.engine.recovery.VolumeTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Makes volumes begin at a moment of others: clones, and volumes that go back.
 *
 * <p>A volume that goes back holds its whole range from before its record until that is durable: so each record of it
 * belongs to the lineage that it had, or to the new one, by its LSN, and none depends on what the other had.
 *
 * <p>Confined to the shard's loop.
 */
final class ForkAdmin {
    private final Shard shard;
    private final Changes changes;
    private final VolumeAdmin volumes;
    private final SnapshotAdmin snapshots;
    private final Moments moments;
    private final VolumeTable table;
    private final DetachAdmin detaching;

    /** What it works with. */
    record Parts(
            Shard shard,
            Changes changes,
            VolumeAdmin volumes,
            SnapshotAdmin snapshots,
            VolumeTable table,
            DetachAdmin detaching) {}

    ForkAdmin(Parts parts, Moments moments) {
        shard = parts.shard();
        changes = parts.changes();
        volumes = parts.volumes();
        snapshots = parts.snapshots();
        table = parts.table();
        detaching = parts.detaching();
        this.moments = moments;
    }

    CompletableFuture<Volume> clone(Timeline.CloneSpec spec) {
        return detaching.whenShallow(
                () -> List.of(moments.find(spec.source(), spec.moment()).lineage()), () -> cloned(spec));
    }

    private CompletableFuture<Volume> cloned(Timeline.CloneSpec spec) {
        return changes.enqueue(stage -> {
            if (table.row(spec.id().uuid()) != null) {
                throw new EngineException(EngineStatus.EXISTS, "volume " + spec.id() + " exists already");
            }
            Moments.Place from = moments.find(spec.source(), spec.moment());
            boolean writeBack = spec.policy() == WritePolicy.WRITE_BACK;
            VolumeRow row = VolumeRow.of(spec.id().uuid(), table.takeLineage(), from.blocks(), writeBack);
            Forks.Member member = new Forks.Member(row, from.lineage(), from.lsn(), null);
            Forks forks = new Forks(shard.loop().wallClockMicros(), List.of(member));
            changes.append(written(forks), stage, lsn -> {
                shard.facts().forks(lsn, forks);
                LogVolume volume = new LogVolume(shard, row);
                volumes.publish(volume);
                detaching.forked(List.of(row.lineage()));
                return volume;
            });
        });
    }

    private static Changes.Written written(Forks forks) {
        return new Changes.Written(RecordType.FORK, 0, forks.encode());
    }

    CompletableFuture<@Nullable Void> rollback(List<Timeline.RollbackSpec> members) {
        return detaching.whenShallow(
                () -> members.stream()
                        .map(member ->
                                moments.find(member.volume(), member.to()).lineage())
                        .toList(),
                () -> rolledBack(members));
    }

    private CompletableFuture<@Nullable Void> rolledBack(List<Timeline.RollbackSpec> members) {
        return changes.enqueue(stage -> {
            SnapshotAdmin.requireCount(members.size(), Forks.MOST_MEMBERS);
            snapshots.requireNew(
                    members.stream().map(Timeline.RollbackSpec::undo).toList());
            Set<VolumeId> seen = new HashSet<>();
            for (Timeline.RollbackSpec member : members) {
                if (!seen.add(member.volume())) {
                    throw new EngineException(
                            EngineStatus.EXISTS, "volume " + member.volume() + " cannot go back to two moments");
                }
                volumes.existing(member.volume());
                moments.find(member.volume(), member.to());
            }
            new Rollback(members, stage).lock();
        });
    }

    /** The volumes are held one after the other; whoever else asks for ranges holds those of one volume only. */
    private final class Rollback implements Changes.Effect<@Nullable Void> {
        private final List<Timeline.RollbackSpec> members;
        private final CompletableFuture<@Nullable Void> stage;
        private final ArrayDeque<Held> held = new ArrayDeque<>();
        private @Nullable Forks forks;

        Rollback(List<Timeline.RollbackSpec> members, CompletableFuture<@Nullable Void> stage) {
            this.members = members;
            this.stage = stage;
        }

        void lock() {
            if (held.size() < members.size()) {
                LogVolume next = volumes.existing(members.get(held.size()).volume());
                Held range = new Held(next, this);
                held.add(range);
                next.locks().acquire(range, 0, Long.MAX_VALUE, true);
                return;
            }
            try {
                append();
            } catch (RuntimeException refused) {
                changes.refuse(stage, refused, this::ended);
            }
        }

        private void append() {
            List<Forks.Member> those = new ArrayList<>();
            for (Timeline.RollbackSpec member : members) {
                VolumeRow old = volumes.row(member.volume());
                Moments.Place to = moments.find(member.volume(), member.to());
                VolumeRow row = old.withLineage(table.takeLineage(), to.blocks());
                those.add(new Forks.Member(
                        row, to.lineage(), to.lsn(), member.undo().uuid()));
            }
            Forks record = new Forks(shard.loop().wallClockMicros(), those);
            forks = record;
            changes.append(written(record), stage, this);
        }

        @Override
        public @Nullable Void durable(long lsn) {
            Forks record = forks;
            if (record != null) {
                shard.facts().forks(lsn, record);
                for (Forks.Member member : record.members()) {
                    volumes.existing(new VolumeId(member.row().id())).rolledBack(member.row());
                }
                snapshots.changed();
                detaching.forked(record.members().stream()
                        .map(member -> member.row().lineage())
                        .toList());
            }
            return null;
        }

        @Override
        public void ended() {
            while (!held.isEmpty()) {
                Held range = held.remove();
                range.volume.locks().release(range);
            }
        }
    }

    private static final class Held extends RangeLocks.Request {
        private final LogVolume volume;
        private final Rollback rollback;

        Held(LogVolume volume, Rollback rollback) {
            this.volume = volume;
            this.rollback = rollback;
        }

        @Override
        void granted() {
            rollback.lock();
        }
    }
}
