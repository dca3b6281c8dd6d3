package dev.sandstone.engine.map;

import java.util.Arrays;

/**
 * The moments of a lineage whose content is kept, as LSNs, ascending: a moment shows what was born up to it.
 *
 * <p>Immutable for whoever has one; made on the loop only. Those made by adding at the end share one array, so that a
 * mark each second costs no copy.
 */
final class Points {
    /** No moment is kept. */
    static final Points NONE = new Points(new long[0], 0, 0);

    /** Answer of {@link #after} when no point follows. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int FIRST_CAPACITY = 4;

    /** Behind {@code to} there are zeros, or points of others that went on from here. */
    private final long[] lsns;

    private final int from;
    private final int to;

    private Points(long[] lsns, int from, int to) {
        this.lsns = lsns;
        this.from = from;
        this.to = to;
    }

    boolean isEmpty() {
        return from == to;
    }

    int size() {
        return to - from;
    }

    /** The newest; 0 when there is none. */
    long last() {
        return isEmpty() ? 0 : lsns[to - 1];
    }

    long at(int index) {
        return lsns[from + index];
    }

    /** Whether some point shows a version that was born and displaced by these records. */
    boolean need(long birth, long death) {
        int at = ceiling(birth);
        return at < to && lsns[at] < death;
    }

    boolean contains(long lsn) {
        int at = ceiling(lsn);
        return at < to && lsns[at] == lsn;
    }

    /** The first point behind an LSN, or {@link #NEVER}. */
    long after(long lsn) {
        int at = ceiling(lsn + 1);
        return at < to ? lsns[at] : NEVER;
    }

    Points with(long lsn) {
        int at = ceiling(lsn);
        if (at < to && lsns[at] == lsn) {
            return this;
        }
        if (at == to && to < lsns.length && lsns[to] == 0) {
            lsns[to] = lsn;
            return new Points(lsns, from, to + 1);
        }
        long[] next = new long[Math.max(FIRST_CAPACITY, 2 * (size() + 1))];
        System.arraycopy(lsns, from, next, 0, at - from);
        next[at - from] = lsn;
        System.arraycopy(lsns, at, next, at - from + 1, to - at);
        return new Points(next, 0, size() + 1);
    }

    Points without(long lsn) {
        int at = ceiling(lsn);
        if (at == to || lsns[at] != lsn) {
            return this;
        }
        if (at == from) {
            return new Points(lsns, from + 1, to);
        }
        long[] next = new long[size()];
        System.arraycopy(lsns, from, next, 0, at - from);
        System.arraycopy(lsns, at + 1, next, at - from, to - at - 1);
        return new Points(next, 0, size() - 1);
    }

    /** Index of the first point not before the LSN. */
    private int ceiling(long lsn) {
        int at = Arrays.binarySearch(lsns, from, to, lsn);
        return at < 0 ? -at - 1 : at;
    }
}
