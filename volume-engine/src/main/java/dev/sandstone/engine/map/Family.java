package dev.sandstone.engine.map;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a lineage came from, and what depends on it: the moments of it that are retained, those that ask for them, and the
 * lineages that were forked from it.
 *
 * <p>A moment is retained as often as somebody has said so: a snapshot, a mark, a child. Confined to the loop.
 */
final class Family {
    private final LineageMap self;
    private final LeafCache cache;
    private final List<LineageMap> children = new ArrayList<>();
    private final List<MapView> views = new ArrayList<>();
    /** How often a moment is retained beyond once. */
    private final Map<Long, Integer> more = new HashMap<>();

    private @Nullable LineageMap parent;
    private long parentLsn;
    private Points points = Points.NONE;
    private int purging;
    private boolean ended;
    private LineageRow.Tie tie = LineageRow.Tie.PLAIN;

    Family(LineageMap self, LeafCache cache) {
        this.self = self;
        this.cache = cache;
    }

    @Nullable
    LineageMap parent() {
        return parent;
    }

    long parentLsn() {
        return parentLsn;
    }

    /** Becomes a fork of another lineage. */
    void fork(LineageMap from, long lsn) {
        parent = from;
        parentLsn = lsn;
        from.family().children.add(self);
        from.family().retain(lsn);
    }

    /** How it hangs on its parent. */
    LineageRow.Tie tie() {
        return tie;
    }

    void tie(LineageRow.Tie next) {
        tie = next;
    }

    /** Lets go of the parent, which still retains the moment. */
    void cut() {
        LineageMap from = parent;
        if (from != null) {
            from.family().children.remove(self);
        }
        parent = null;
        parentLsn = 0;
        tie = LineageRow.Tie.CUT;
    }

    /** How many lineages stand behind it. */
    int depth() {
        int depth = 0;
        for (LineageMap next = parent; next != null; next = next.parent()) {
            depth++;
        }
        return depth;
    }

    // moments

    Points points() {
        return points;
    }

    void retain(long lsn) {
        if (points.contains(lsn)) {
            more.merge(lsn, 1, Integer::sum);
        } else {
            points = points.with(lsn);
        }
    }

    /** How often the moment is retained. */
    int retained(long lsn) {
        return points.contains(lsn) ? 1 + more.getOrDefault(lsn, 0) : 0;
    }

    /** @return whether nobody retains the moment any more */
    boolean release(long lsn) {
        if (!points.contains(lsn)) {
            throw new IllegalStateException("lineage " + self.id() + " does not retain record " + lsn);
        }
        if (more.containsKey(lsn)) {
            more.computeIfPresent(lsn, (point, count) -> count == 1 ? null : count - 1);
            return false;
        }
        points = points.without(lsn);
        return true;
    }

    /** Whether displaced versions are kept, or still there. */
    boolean keepsHistory() {
        return !points.isEmpty() || purging > 0;
    }

    /** Versions that a moment needed are being removed, or were. */
    void purging(int more) {
        purging += more;
    }

    /** Nothing is written to it any more: it lives on in its moments. */
    void end() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }

    // those that show its versions

    void add(MapView view) {
        views.add(view);
    }

    void remove(MapView view) {
        views.remove(view);
    }

    /** The store has these moves: what shows the versions in memory follows, but for the lineage itself, which has. */
    void moved(Moves moves) {
        if (moves.size() == 0 || (views.isEmpty() && children.isEmpty())) {
            return;
        }
        Run to = new Run();
        for (int i = 0; i < moves.size(); i++) {
            long block = moves.block(i);
            to.set(block, block, moves.pointer(i), moves.birth(i));
            to.checksum(0, moves.checksum(i));
            tell(block, to);
        }
    }

    private void tell(long block, Run to) {
        for (MapView view : views) {
            cache.moved(view.key(), block, to);
        }
        for (LineageMap child : children) {
            cache.moved(child.key(), block, to);
            child.family().tell(block, to);
        }
    }

    /** Versions in these leaves have other births now, as the store has it: whoever shows them looks anew. */
    void forget(List<Long> leaves) {
        for (long leaf : leaves) {
            cache.forget(self.key(), leaf);
            views.forEach(view -> cache.forget(view.key(), leaf));
        }
        children.forEach(child -> child.family().forget(leaves));
    }

    /** The lineage is dead. */
    void close() {
        List.copyOf(views).forEach(MapView::close);
        if (parent != null) {
            parent.family().children.remove(self);
        }
    }
}
