package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.map.Reclaim;
import dev.sandstone.engine.recovery.MarkRow;
import dev.sandstone.engine.recovery.MarkTable;
import dev.sandstone.engine.recovery.MarksSet;
import dev.sandstone.engine.recovery.VolumeRow;
import dev.sandstone.engine.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks each second of the volumes that have a rewind window and changed in it, and lets marks go that no window shows.
 *
 * <p>A mark keeps data, so a full pool takes none; marks expire all the same. A volume that changed and could not be marked is
 * not shown as it was before instead: the record that says so ({@link MarksSet.Member#late}) may use the reserve. Confined to
 * the shard's loop.
 */
final class RewindAdmin {
    private static final Logger LOG = LoggerFactory.getLogger(RewindAdmin.class);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Shard shard;
    private final Changes changes;
    private final VolumeAdmin volumes;
    private final MarkTable table;
    /** Lineages marked since the pool was opened: of others nobody knows whether they changed since their last mark. */
    private final Set<Long> known = new HashSet<>();

    private final Unmarked unmarked;

    private long dueNanos;
    private boolean timed;
    private boolean underWay;
    private boolean refused;

    RewindAdmin(Shard shard, Changes changes, VolumeAdmin volumes, MarkTable table) {
        this.shard = shard;
        this.changes = changes;
        this.volumes = volumes;
        this.table = table;
        unmarked = new Unmarked(shard.loop());
        later();
    }

    // what is asked

    /** The nearest that can be said of a time too far away for it: no window reaches there. */
    private static long micros(Instant time) {
        return TimeUnit.MICROSECONDS.convert(Duration.between(Instant.EPOCH, time));
    }

    private long windowMicros(VolumeRow row) {
        return TimeUnit.SECONDS.toMicros(row.rewindSeconds());
    }

    /** The mark that shows a time; OUT_OF_RANGE when it is not in the window, or the volume had changed and had no mark. */
    MarkRow at(VolumeId volume, Instant time) {
        VolumeRow row = volumes.row(volume);
        long now = shard.loop().wallClockMicros();
        long asked = micros(time);
        MarkRow mark = table.at(volume.uuid(), asked);
        if (mark == null || asked > now || asked < now - windowMicros(row)) {
            throw new EngineException(EngineStatus.OUT_OF_RANGE, time + " is not in the rewind window of the volume");
        }
        long end = end(volume, mark);
        if (asked >= end) {
            throw new EngineException(
                    EngineStatus.OUT_OF_RANGE,
                    "volume " + volume + " changed and could not be marked at " + instant(end) + ": what it held at "
                            + time + " is not known; a moment before can be reached, or one after its next mark");
        }
        return mark;
    }

    /** From which time on the mark does not show the volume, whatever marks come behind it. */
    private long end(VolumeId volume, MarkRow mark) {
        long late = mark.equals(table.last(volume.uuid())) ? unmarked.lateFrom(volume.uuid()) : 0;
        return late == 0 ? mark.end() : mark.endingAt(late).end();
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    CompletableFuture<Timeline.Rewind> rewind(VolumeId volume) {
        return changes.enqueue(stage -> {
            VolumeRow row = volumes.row(volume);
            long from = shard.loop().wallClockMicros() - windowMicros(row);
            changes.done(stage, new Timeline.Rewind(Duration.ofSeconds(row.rewindSeconds()), reachable(volume, from)));
        });
    }

    private Optional<Instant> reachable(VolumeId volume, long from) {
        return table.shown(volume.uuid(), from).stream()
                .filter(mark -> Math.max(from, mark.micros()) < end(volume, mark))
                .findFirst()
                .map(mark -> instant(Math.max(from, mark.micros())));
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
            dueNanos = shard.loop().nanoTime() + SECOND_NANOS;
            shard.loop().schedule(this::tick, SECOND_NANOS);
        }
    }

    private void tick() {
        timed = false;
        unmarked.found(changed(), dueNanos);
        allowEnds();
        if (!shard.closing() && !underWay) {
            mark();
        }
        later();
    }

    /**
     * Earlier versions cannot read a mark that ends, and must be told so before there is one. That blocks for four small writes,
     * once in the pool's life; in a task of its own, because a disk that fails meanwhile ends operations.
     */
    private void allowEnds() {
        if (mayEnd() || shard.closing() || shard.log().failure() != null || !unmarked.isAnyLate()) {
            return;
        }
        try {
            shard.store().updateSuperblockNow(shard.store().superblock().withEndingMarks());
        } catch (StoreException e) {
            LOG.error(
                    "The superblock cannot say that marks may end; volumes without a mark in time get none until it does",
                    e);
        }
    }

    private boolean mayEnd() {
        return shard.store().superblock().endingMarks();
    }

    private Set<UUID> changed() {
        return volumes.rows().stream().filter(this::changed).map(VolumeRow::id).collect(Collectors.toSet());
    }

    /** Whether it has to be marked, as far as is known. A volume without an object is being destroyed. */
    private boolean changed(VolumeRow row) {
        LogVolume volume = volumes.volume(new VolumeId(row.id()));
        if (row.rewindSeconds() == 0 || volume == null) {
            return false;
        }
        MarkRow last = table.last(row.id());
        return last == null || !known.contains(row.lineage()) || volume.lastLsn() > last.lsn();
    }

    /** A record takes so many volumes only: the others get another one, each right behind the one before. */
    private void mark() {
        ArrayDeque<VolumeId> due = new ArrayDeque<>();
        for (VolumeRow row : volumes.rows()) {
            if (isDue(row)) {
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
            List<VolumeRow> rows = take(due);
            if (rows.isEmpty()) {
                changes.done(one, null);
                return;
            }
            boolean keeps = !refused && rows.stream().anyMatch(this::changed);
            Marking marking = new Marking(rows, keeps);
            changes.append(new Changes.Written(RecordType.MARK, 0, marking.encode(), keeps), one, marking);
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
    private List<VolumeRow> take(ArrayDeque<VolumeId> due) {
        List<VolumeRow> rows = new ArrayList<>();
        while (!due.isEmpty() && rows.size() < MarksSet.MOST_MEMBERS) {
            VolumeRow row = volumes.known(due.remove());
            if (row != null && isDue(row)) {
                rows.add(row);
            }
        }
        return rows;
    }

    /** A mark says the time of its LSN, however long it waited for that: what it shows was there then. */
    private final class Marking implements Changes.Effect<@Nullable Void> {
        private final List<VolumeRow> rows;
        private final boolean keeps;
        private MarksSet set = new MarksSet(0, List.of());
        private long nanos;

        Marking(List<VolumeRow> rows, boolean keeps) {
            this.rows = rows;
            this.keeps = keeps;
        }

        byte[] encode() {
            nanos = shard.loop().nanoTime();
            set = new MarksSet(
                    shard.loop().wallClockMicros(),
                    rows.stream().map(row -> member(row, keeps)).toList());
            return set.encode();
        }

        @Override
        public byte[] payload(byte[] asked) {
            return encode();
        }

        @Override
        public @Nullable Void durable(long lsn) {
            shard.facts().marks(lsn, set);
            for (int i = 0; i < rows.size(); i++) {
                VolumeRow row = rows.get(i);
                if (set.members().get(i).marked()) {
                    known.add(row.lineage());
                    unmarked.marked(row.id(), nanos, changed(row));
                }
            }
            shard.want();
            return null;
        }
    }

    /** A volume is named when it changed since its last mark, or when a mark of it is out of its window. */
    private boolean isDue(VolumeRow row) {
        boolean live = row.rewindSeconds() > 0 && volumes.volume(new VolumeId(row.id())) != null;
        MarksSet.Member member = member(row, !refused);
        return live
                && (member.marked()
                        || member.late() > 0
                        || !table.expired(row.id(), member.from()).isEmpty());
    }

    /**
     * What the record says of a volume. One that is late is not marked before its mark may end: the next second sees to that.
     *
     * @param keeps whether the record may keep data, which is what a mark does
     */
    private MarksSet.Member member(VolumeRow row, boolean keeps) {
        MarkRow last = table.last(row.id());
        long from = shard.loop().wallClockMicros() - windowMicros(row);
        long late = last == null || last.ends() ? 0 : unmarked.lateFrom(row.id());
        if (late > 0 && !mayEnd()) {
            return new MarksSet.Member(row.lineage(), from, false, 0);
        }
        return new MarksSet.Member(row.lineage(), from, keeps && changed(row), late);
    }
}
