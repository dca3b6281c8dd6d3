package dev.sandstone.engine.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a volume may hold, sector by sector: the history of each as far as it is not settled.
 *
 * <p>The rules. A change is superseded by one that began after it had ended. A read returns, for each sector, a change
 * that was not superseded by one that had ended before the read began. After a crash a sector holds a change that was
 * not superseded by one that is durable: an acknowledged one of a durable volume or with FUA, or one that ended before
 * a successful flush began. A change up to 1 MiB is there wholly or not at all. What survives is a prefix: no change is
 * there when one that ended before it began is lost. Once seen after a crash, a sector is settled.
 */
final class VolumeOracle {
    private final int tag;
    private final Past past = new Past();
    private final Resizing resizing = new Resizing();
    private boolean writeBack;
    private List<List<Change>> sectors = new ArrayList<>();
    private final List<Change> undurable = new ArrayList<>();
    private final List<Place> begun = new ArrayList<>();
    private final Set<Long> consumed = new LinkedHashSet<>();

    /** Where a change was made. */
    private record Place(Change change, int lba, int count) {
        boolean has(int sector) {
            return sector >= lba && sector < lba + count;
        }
    }

    VolumeOracle(int tag, int blocks, boolean writeBack, long tick) {
        this.tag = tag;
        this.writeBack = writeBack;
        resize(blocks, Change.nothing(tick));
    }

    /** A volume that is known to hold these, sector by sector. */
    VolumeOracle(int tag, long[] ids, boolean writeBack, long tick) {
        this(tag, ids.length, writeBack, tick);
        show(ids, "inherited", tick);
    }

    int tag() {
        return tag;
    }

    int blocks() {
        return sectors.size();
    }

    boolean writeBack() {
        return writeBack;
    }

    /** The stricter view is the later one: what is asked for in between may be treated either way. */
    void writeBack(boolean on) {
        writeBack = on;
    }

    /** What the volume ever held. */
    Past past() {
        return past;
    }

    Resizing resizing() {
        return resizing;
    }

    private void resize(int blocks, Change nothing) {
        List<List<Change>> next = new ArrayList<>(sectors.subList(0, Math.min(blocks, sectors.size())));
        while (next.size() < blocks) {
            List<Change> history = new ArrayList<>(2);
            history.add(nothing);
            next.add(history);
        }
        sectors = next;
    }

    /** It is known to hold these and nothing else, as of now; as many as it has sectors. */
    private void show(long[] ids, String what, long tick) {
        Map<Long, Change> seen = new HashMap<>();
        for (int lba = 0; lba < ids.length; ) {
            Change change = seen.computeIfAbsent(ids[lba], id -> new Change(id, what, id == Content.ZERO, false, tick));
            int end = lba;
            while (end < ids.length && ids[end] == ids[lba]) {
                sectors.set(end++, new ArrayList<>(List.of(change)));
            }
            past.add(change, lba, end - lba);
            lba = end;
        }
        seen.values().forEach(change -> {
            change.succeeded(tick);
            change.durable();
        });
    }

    /** It has become what it was at a time, nobody knows which exactly: these are what it holds. */
    void becomes(long[] ids, long tick) {
        int before = sectors.size();
        resize(ids.length, Change.nothing(tick));
        if (ids.length < before) {
            // It was smaller then: what lay beyond is no more, also when it grows again.
            Change cut = new Change(Content.ZERO, "cut off by going back", true, false, tick);
            cut.succeeded(tick);
            cut.durable();
            past.add(cut, ids.length, before - ids.length);
        }
        show(ids, "as of a time", tick);
        undurable.clear();
        begun.clear();
        consumed.clear();
    }

    /** A change of the size that is under way: until it is known to have been made, only what fits both sizes is used. */
    final class Resizing {
        private int wanted;
        private List<List<Change>> beyond = List.of();
        private @Nullable Change dropped;

        boolean underWay() {
            return wanted > 0;
        }

        /** Nothing beyond the new end is under way. */
        void begin(int blocks, long tick) {
            wanted = blocks;
            if (blocks < sectors.size()) {
                beyond = List.copyOf(sectors.subList(blocks, sectors.size()));
                dropped = new Change(Content.ZERO, "cut off", true, false, tick);
                resize(blocks, dropped);
            }
        }

        void end(boolean made, long tick) {
            Change cut = dropped;
            if (!made) {
                sectors.addAll(beyond);
            } else if (cut != null) {
                past.add(cut, wanted, beyond.size());
                cut.succeeded(tick);
                cut.durable();
            } else {
                resize(wanted, Change.nothing(tick));
            }
            wanted = 0;
            beyond = List.of();
            dropped = null;
        }

        /** After a crash the volume has that many blocks. */
        void recovered(int blocks, long tick) {
            if (wanted > 0) {
                end(blocks == wanted, tick);
            }
            if (sectors.size() != blocks) {
                throw new SimProblem("volume " + tag + " has " + blocks + " blocks, not " + sectors.size());
            }
        }
    }

    // changes

    void begin(Change change, int lba, int count) {
        begun.add(new Place(change, lba, count));
        past.add(change, lba, count);
        for (int i = 0; i < count; i++) {
            sectors.get(lba + i).add(change);
        }
    }

    /** It succeeded. */
    void succeed(Change change, int lba, int count, boolean durable, long tick) {
        change.succeeded(tick);
        if (durable) {
            change.durable();
            settle(lba, count);
        } else {
            undurable.add(change);
        }
    }

    /** It was refused: nothing of it may ever show. */
    void refuse(Change change, int lba, int count) {
        begun.removeIf(place -> place.change.equals(change));
        past.remove(change);
        for (int i = 0; i < count && lba + i < sectors.size(); i++) {
            sectors.get(lba + i).remove(change);
        }
    }

    /** The volume begins to go back to what these say: a change for each of them. */
    Back goBack(long[] ids, long tick) {
        Map<Long, Change> changes = new HashMap<>();
        if (ids.length != sectors.size()) {
            resizing.begin(ids.length, tick);
        }
        for (int lba = 0; lba < sectors.size(); ) {
            long id = ids[lba];
            int end = lba;
            while (end < sectors.size() && ids[end] == id) {
                end++;
            }
            boolean zeros = id == Content.ZERO;
            Change change = changes.computeIfAbsent(id, one -> new Change(one, "back", zeros, false, tick));
            begin(change, lba, end - lba);
            lba = end;
        }
        consumed.clear();
        return new Back(List.copyOf(changes.values()), ids);
    }

    /** The volume goes back, or does not. */
    final class Back {
        private final List<Change> changes;
        private final long[] ids;

        private Back(List<Change> changes, long[] ids) {
            this.changes = changes;
            this.ids = ids;
        }

        void succeed(long tick) {
            int before = sectors.size();
            if (resizing.underWay()) {
                resizing.end(true, tick);
            }
            for (int lba = before; lba < sectors.size(); lba++) {
                Change more = new Change(ids[lba], "back, and more", ids[lba] == Content.ZERO, false, tick);
                past.add(more, lba, 1);
                sectors.set(lba, new ArrayList<>(List.of(more)));
                more.succeeded(tick);
                more.durable();
            }
            changes.forEach(change -> {
                change.succeeded(tick);
                change.durable();
            });
            consumed.clear();
            settle(0, sectors.size());
        }

        void refuse(long tick) {
            begun.removeIf(place -> changes.contains(place.change));
            changes.forEach(past::remove);
            sectors.forEach(history -> history.removeAll(changes));
            if (resizing.underWay()) {
                resizing.end(false, tick);
            }
        }
    }

    /** Hands over what was begun since a tick. */
    void begunSince(long tick, Begun visitor) {
        for (int i = begun.size() - 1; i >= 0 && !begun.get(i).change.begunBefore(tick); i--) {
            visitor.begun(begun.get(i).change, begun.get(i).lba, begun.get(i).count);
        }
    }

    /** Receives changes with their places. */
    @FunctionalInterface
    interface Begun {
        void begun(Change change, int lba, int count);
    }

    /** A flush that began at the tick has succeeded. */
    void flushed(long began) {
        undurable.removeIf(change -> {
            if (change.endedBefore(began)) {
                change.durable();
                return true;
            }
            return false;
        });
        settle(0, sectors.size());
    }

    private void settle(int lba, int count) {
        for (int i = 0; i < count && lba + i < sectors.size(); i++) {
            List<Change> history = sectors.get(lba + i);
            if (history.size() > 1) {
                history.removeIf(old -> supersededBy(history, old, true));
            }
        }
    }

    private static boolean supersededBy(List<Change> history, Change old, boolean durably) {
        for (Change newer : history) {
            if (newer.done() && (newer.isDurable() || !durably) && old.before(newer)) {
                return true;
            }
        }
        return false;
    }

    // reads

    /** What a read that begins now may return, apart from what begins later. */
    List<List<Change>> possible(int lba, int count) {
        List<List<Change>> possible = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            List<Change> history = sectors.get(lba + i);
            if (history.size() == 1) {
                possible.add(List.copyOf(history));
                continue;
            }
            List<Change> live = new ArrayList<>(history);
            live.removeIf(old -> supersededBy(history, old, false));
            possible.add(live);
        }
        return possible;
    }

    /** A read that began at the tick has returned these bytes. */
    void read(int lba, ByteBuffer bytes, List<List<Change>> possible, long began) {
        for (int i = 0; i < possible.size() && lba + i < sectors.size(); i++) {
            long id = Content.operation(bytes, i * Content.SECTOR, lba + i);
            List<Change> history = sectors.get(lba + i);
            Change seen = find(possible.get(i), id);
            if (seen == null) {
                seen = find(history, id);
                if (seen == null || seen.begunBefore(began)) {
                    seen = begunSince(began, lba + i, id);
                }
                if (seen == null) {
                    throw new SimProblem("a read" + wrong(lba + i, id, possible.get(i)));
                }
            }
            if (!writeBack && id != Content.ZERO && history.contains(seen)) {
                // A read of a durable volume shows only what no crash takes back. Which of two changes with the same
                // content it
                // showed nobody knows: a volume that goes back may have one that it held already.
                history.removeIf(old -> (old.zeros() || old.id() != id) && old.endedBefore(began));
            }
        }
    }

    /** A change that was made and settled over while the read was under way, in steps: one of them may have seen it. */
    private @Nullable Change begunSince(long tick, int lba, long id) {
        for (int i = begun.size() - 1; i >= 0 && !begun.get(i).change.begunBefore(tick); i--) {
            Place place = begun.get(i);
            if (place.has(lba) && find(List.of(place.change), id) != null) {
                return place.change;
            }
        }
        return null;
    }

    private static @Nullable Change find(List<Change> history, long id) {
        Change found = null;
        for (Change change : history) {
            boolean same = id == Content.ZERO ? change.zeros() : change.id() == id && !change.zeros();
            if (same && (found == null || found.begun() < change.begun())) {
                found = change;
            }
        }
        return found;
    }

    private String wrong(int lba, long id, List<Change> allowed) {
        String found = id == Content.GARBAGE ? "bytes nobody wrote" : id == Content.ZERO ? "zeros" : "change #" + id;
        return " of volume " + tag + " sector " + lba + " shows " + found + "; possible: " + allowed;
    }

    // compare and write

    /** Whether it is certain that the sectors hold these. */
    boolean settledOn(int lba, long[] ids) {
        for (int i = 0; i < ids.length; i++) {
            List<Change> history = sectors.get(lba + i);
            if (history.size() != 1 || find(history, ids[i]) == null) {
                return false;
            }
        }
        return true;
    }

    /** Whether the change is the only one since the sectors were settled. */
    boolean onlyBegun(int lba, int count, Change change) {
        for (int i = 0; i < count; i++) {
            List<Change> history = sectors.get(lba + i);
            if (history.size() != 2 || !history.get(1).equals(change)) {
                return false;
            }
        }
        return true;
    }

    /** A compare and write found these and replaced them: no other may have found the same ones. */
    void consumed(int lba, long[] ids) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] != Content.ZERO && !consumed.add(ids[i] * 0x1_0000 + lba + i)) {
                throw new SimProblem("I22: volume " + tag + " sector " + (lba + i) + ": two compare and writes found #"
                        + ids[i] + " and both won");
            }
        }
    }

    // after a crash

    /** What a crash left, all of the volume: judged, and from now on what the volume holds. */
    void recovered(ByteBuffer bytes, long tick) {
        List<@Nullable Change> seen = new ArrayList<>(sectors.size());
        for (int lba = 0; lba < sectors.size(); lba++) {
            List<Change> history = sectors.get(lba);
            history.removeIf(old -> supersededBy(history, old, true));
            long id = Content.operation(bytes, lba * Content.SECTOR, lba);
            Change found = find(history, id);
            if (found == null) {
                throw new SimProblem("after a crash, a read" + wrong(lba, id, history));
            }
            seen.add(found);
        }
        checkWhole(seen);
        checkPrefix(seen);
        Change nothing = Change.nothing(tick);
        for (int lba = 0; lba < seen.size(); lba++) {
            Change kept = seen.get(lba);
            List<Change> history = sectors.get(lba);
            history.clear();
            if (kept == null || kept.zeros()) {
                history.add(nothing);
            } else {
                kept.succeeded(tick);
                kept.durable();
                history.add(kept);
            }
        }
        past.lostPower();
        undurable.clear();
        begun.clear();
        consumed.clear();
    }

    /** A change that shows anywhere shows everywhere, unless a newer one hides it. */
    private void checkWhole(List<@Nullable Change> seen) {
        Map<Change, Integer> showing = new HashMap<>();
        for (int lba = 0; lba < seen.size(); lba++) {
            Change change = seen.get(lba);
            if (change != null && !change.zeros()) {
                showing.putIfAbsent(change, lba);
            }
        }
        for (int lba = 0; lba < seen.size(); lba++) {
            Change shown = seen.get(lba);
            for (Change change : sectors.get(lba)) {
                Integer elsewhere = change.atomic() ? showing.get(change) : null;
                if (elsewhere != null && shown != null && shown.before(change)) {
                    throw new SimProblem("after a crash, volume " + tag + ": " + change + " is torn: sector "
                            + elsewhere + " shows it, sector " + lba + " shows the older " + shown);
                }
            }
        }
    }

    /** When a change survived, none that ended before it began may be lost. */
    private void checkPrefix(List<@Nullable Change> seen) {
        Change newest = null;
        for (Change change : seen) {
            if (change != null && !change.zeros() && (newest == null || change.begun() > newest.begun())) {
                newest = change;
            }
        }
        for (int lba = 0; lba < seen.size() && newest != null; lba++) {
            Change shown = seen.get(lba);
            for (Change change : sectors.get(lba)) {
                if (change.done() && change.before(newest) && shown != null && shown.before(change)) {
                    throw new SimProblem("after a crash, volume " + tag + " sector " + lba + ": " + change
                            + " is lost though the later " + newest + " survived");
                }
            }
        }
    }
}
