package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.map.Reclaim;
import dev.sandstone.engine.recovery.MarkRow;
import dev.sandstone.engine.recovery.MarkTable;
import dev.sandstone.engine.recovery.MarksSet;
import dev.sandstone.engine.recovery.VolumeRow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Marks each second of the volumes that have a rewind window and changed in it, and lets marks go that no window shows.
 *
 * <p>A mark keeps data, so a full pool takes none; marks expire all the same. Confined to the shard's loop.
 */
final class RewindAdmin {
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Shard shard;
    private final Changes changes;
    private final VolumeAdmin volumes;
    private final MarkTable table;
    /** Lineages marked since the pool was opened: of others nobody knows whether they changed since their last mark. */
    private final Set<Long> known = new HashSet<>();

    private boolean timed;
    private boolean underWay;
    private boolean refused;

    RewindAdmin(Shard shard, Changes changes, VolumeAdmin volumes, MarkTable table) {
        this.shard = shard;
        this.changes = changes;
        this.volumes = volumes;
        this.table = table;
        later();
    }

    // what is asked

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    private long windowMicros(VolumeRow row) {
        return TimeUnit.SECONDS.toMicros(row.rewindSeconds());
    }

    /** The mark that shows a time; OUT_OF_RANGE when it is not in the window. */
    MarkRow at(VolumeId volume, Instant time) {
        VolumeRow row = volumes.row(volume);
        long now = shard.loop().wallClockMicros();
        long asked = micros(time);
        MarkRow mark = table.at(volume.uuid(), asked);
        if (mark == null || asked > now || asked < now - windowMicros(row)) {
            throw new EngineException(
                    EngineStatus.OUT_OF_RANGE, time + " is not in the rewind window of volume " + volume);
        }
        return mark;
    }

    CompletableFuture<Timeline.Rewind> rewind(VolumeId volume) {
        return changes.enqueue(stage -> {
            VolumeRow row = volumes.row(volume);
            MarkRow first = table.first(volume.uuid());
            long from = shard.loop().wallClockMicros() - windowMicros(row);
            Optional<Instant> reachable = first == null
                    ? Optional.empty()
                    : Optional.of(Instant.EPOCH.plus(Math.max(from, first.micros()), ChronoUnit.MICROS));
            changes.done(stage, new Timeline.Rewind(Duration.ofSeconds(row.rewindSeconds()), reachable));
        });
    }

    /** As if all marks of the volume went. */
    void release(VolumeId volume, Reclaim what) {
        table.of(volume.uuid()).forEach(row -> what.release(row.lineage(), row.lsn()));
    }

    CompletableFuture<@Nullable Void> setWindow(VolumeId volume, Duration window) {
        return changes.enqueue(stage -> {
            if (window.isNegative() || window.compareTo(Duration.ofSeconds(VolumeRow.MOST_REWIND_SECONDS)) > 0) {
                throw new EngineException(
                        EngineStatus.OUT_OF_RANGE, "a rewind window of " + window + " is not one of 0 to 30 days");
            }
            VolumeRow row = volumes.row(volume)
                    .withRewind((int) window.plusNanos(SECOND_NANOS - 1).toSeconds());
            changes.append(VolumeAdmin.config(row), stage, lsn -> {
                shard.facts().config(lsn, row);
                shard.want();
                later();
                return null;
            });
        });
    }

    // each second

    private void later() {
        boolean any = volumes.rows().stream().anyMatch(row -> row.rewindSeconds() > 0);
        if (any && !timed && !shard.closing()) {
            timed = true;
            shard.loop().schedule(this::tick, SECOND_NANOS);
        }
    }

    private void tick() {
        timed = false;
        if (!shard.closing() && !underWay) {
            mark();
        }
        later();
    }

    /** A record takes so many volumes only: the others get another one, each right behind the one before. */
    private void mark() {
        ArrayDeque<VolumeId> due = new ArrayDeque<>();
        for (VolumeRow row : volumes.rows()) {
            if (considered(row) != null) {
                due.add(new VolumeId(row.id()));
            }
        }
        if (due.isEmpty()) {
            refused = false;
            return;
        }
        underWay = true;
        mark(due);
    }

    private void mark(ArrayDeque<VolumeId> due) {
        CompletionStage<@Nullable Void> stage = changes.enqueue(one -> {
            List<MarksSet.Member> members = members(due);
            if (members.isEmpty()) {
                changes.done(one, null);
                return;
            }
            byte[] asked = new MarksSet(0, members).encode();
            boolean keeps = members.stream().anyMatch(MarksSet.Member::marked);
            changes.append(new Changes.Written(RecordType.MARK, 0, asked, keeps), one, new Marking(members));
        });
        stage.whenComplete((done, failure) -> {
            if (failure == null && !due.isEmpty()) {
                mark(due);
            } else {
                // Where one record found no room the others would only hold up who makes some.
                underWay = false;
                refused = failure != null;
            }
        });
    }

    /** Takes as many as one record has; what was found due may have its mark, or be gone, by now. */
    private List<MarksSet.Member> members(ArrayDeque<VolumeId> due) {
        List<MarksSet.Member> members = new ArrayList<>();
        while (!due.isEmpty() && members.size() < MarksSet.MOST_MEMBERS) {
            VolumeRow row = volumes.known(due.remove());
            MarksSet.Member member = row == null ? null : considered(row);
            if (member != null) {
                members.add(member);
            }
        }
        return members;
    }

    /** A mark says the time of its LSN, however long it waited for that: what it shows was there then. */
    private final class Marking implements Changes.Effect<@Nullable Void> {
        private final List<MarksSet.Member> members;
        private MarksSet set = new MarksSet(0, List.of());

        Marking(List<MarksSet.Member> members) {
            this.members = members;
        }

        @Override
        public byte[] payload(byte[] asked) {
            set = new MarksSet(shard.loop().wallClockMicros(), members);
            return set.encode();
        }

        @Override
        public @Nullable Void durable(long lsn) {
            shard.facts().marks(lsn, set);
            members.stream().filter(MarksSet.Member::marked).forEach(member -> known.add(member.lineage()));
            shard.want();
            return null;
        }
    }

    /** What the record says of a volume that changed since its last mark, or that has a mark out of its window; else null. */
    private MarksSet.@Nullable Member considered(VolumeRow row) {
        LogVolume volume = volumes.volume(new VolumeId(row.id()));
        // Without the volume it is being destroyed; its row is there until that is durable.
        if (row.rewindSeconds() == 0 || volume == null) {
            return null;
        }
        MarkRow last = table.last(row.id());
        boolean changed = last == null || !known.contains(row.lineage()) || volume.lastLsn() > last.lsn();
        long from = shard.loop().wallClockMicros() - windowMicros(row);
        boolean expires = !table.expired(row.id(), from).isEmpty();
        boolean marked = changed && !refused;
        return marked || expires ? new MarksSet.Member(row.lineage(), from, marked) : null;
    }
}
