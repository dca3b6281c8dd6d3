package dev.sandstone.engine.map;

import java.util.Arrays;

/**
 * The moments of a lineage whose content is kept, as LSNs, ascending: a moment shows what was born up to it.
 *
 * <p>Immutable for whoever has one; made on the loop only. They lie in chunks, which many share: one at the end costs no copy,
 * so that a mark each second is cheap, the oldest goes without one, and any other costs that of one chunk and of the row of
 * chunks.
 */
final class Points {
    /** No moment is kept. */
    static final Points NONE = new Points(new long[0][], 0, 0, 0, 0);

    /** Answer of {@link #after} when no point follows. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int FIRST_CAPACITY = 4;
    private static final int CHUNK = 512;
    /** Chunks are filled anew when fewer than one in so many of their places is taken. */
    private static final int THIN = 8;

    /** Of the last one behind {@code to}, and behind that one, there is nothing, or points of others that went on from here. */
    private final long[][] chunks;

    private final int first;
    private final int end;
    /** The first point in the first chunk. */
    private final int from;
    /** Behind the last point in the last chunk. */
    private final int to;

    private Points(long[][] chunks, int first, int end, int from, int to) {
        this.chunks = chunks;
        this.first = first;
        this.end = end;
        this.from = from;
        this.to = to;
    }

    boolean isEmpty() {
        return first == end;
    }

    /** The newest; 0 when there is none. */
    long last() {
        return isEmpty() ? 0 : chunks[end - 1][to - 1];
    }

    /** Whether some point shows a version that was born and displaced by these records. */
    boolean need(long birth, long death) {
        return ceiling(birth) < death;
    }

    boolean contains(long lsn) {
        return ceiling(lsn) == lsn;
    }

    /** The first point behind an LSN, or {@link #NEVER}. */
    long after(long lsn) {
        return ceiling(lsn + 1);
    }

    /** The newest point before an LSN; 0 when there is none. */
    long before(long lsn) {
        int chunk = chunk(lsn);
        if (chunk == end) {
            return last();
        }
        int at = place(chunk, lsn);
        if (at > low(chunk)) {
            return chunks[chunk][at - 1];
        }
        return chunk == first ? 0 : chunks[chunk - 1][high(chunk - 1) - 1];
    }

    /** The first point not before an LSN, or {@link #NEVER}. */
    private long ceiling(long lsn) {
        int chunk = chunk(lsn);
        return chunk == end ? NEVER : chunks[chunk][place(chunk, lsn)];
    }

    /** The first chunk that does not end before an LSN. */
    private int chunk(long lsn) {
        int low = first;
        int high = end;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (chunks[middle][high(middle) - 1] < lsn) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The first point in a chunk that is not before an LSN. */
    private int place(int chunk, long lsn) {
        int at = Arrays.binarySearch(chunks[chunk], low(chunk), high(chunk), lsn);
        return at < 0 ? -at - 1 : at;
    }

    private int low(int chunk) {
        return chunk == first ? from : 0;
    }

    private int high(int chunk) {
        return chunk == end - 1 ? to : chunks[chunk].length;
    }

    Points with(long lsn) {
        int chunk = chunk(lsn);
        if (chunk == end) {
            return append(lsn);
        }
        int at = place(chunk, lsn);
        if (chunks[chunk][at] == lsn) {
            return this;
        }
        long[] next = copy(chunk, at, 1);
        next[at - low(chunk)] = lsn;
        if (next.length <= CHUNK) {
            return replacing(chunk, next);
        }
        int half = next.length / 2;
        return replacing(chunk, Arrays.copyOf(next, half), Arrays.copyOfRange(next, half, next.length));
    }

    Points without(long lsn) {
        int chunk = chunk(lsn);
        int at = chunk == end ? 0 : place(chunk, lsn);
        if (chunk == end || chunks[chunk][at] != lsn) {
            return this;
        }
        if (high(chunk) - low(chunk) == 1) {
            return replacing(chunk);
        }
        if (chunk == first && at == from) {
            return new Points(chunks, first, end, from + 1, to);
        }
        return replacing(chunk, copy(chunk, at, -1)).filled();
    }

    /** The points of a chunk, with room for one more at a place, or without the one that is there. */
    private long[] copy(int chunk, int at, int more) {
        int low = low(chunk);
        int high = high(chunk);
        long[] next = new long[high - low + more];
        int gone = more < 0 ? 1 : 0;
        System.arraycopy(chunks[chunk], low, next, 0, at - low);
        System.arraycopy(chunks[chunk], at + gone, next, at - low + Math.max(0, more), high - at - gone);
        return next;
    }

    /** With these chunks in place of one. */
    private Points replacing(int chunk, long[]... those) {
        if (those.length == 0 && chunk == first) {
            return first + 1 == end ? NONE : new Points(chunks, first + 1, end, 0, to);
        }
        int count = end - first - 1 + those.length;
        long[][] next = new long[count + 1][];
        int before = chunk - first;
        System.arraycopy(chunks, first, next, 0, before);
        System.arraycopy(those, 0, next, before, those.length);
        System.arraycopy(chunks, chunk + 1, next, before + those.length, end - chunk - 1);
        boolean last = chunk == end - 1;
        return new Points(next, 0, count, chunk == first ? 0 : from, last ? next[count - 1].length : to);
    }

    private Points append(long lsn) {
        if (!isEmpty() && to < chunks[end - 1].length && chunks[end - 1][to] == 0) {
            chunks[end - 1][to] = lsn;
            return new Points(chunks, first, end, from, to + 1);
        }
        if (!isEmpty() && to < CHUNK) {
            long[] wider = Arrays.copyOf(copy(end - 1, to, 0), end - first == 1 ? wider(to - from) : CHUNK);
            wider[to - low(end - 1)] = lsn;
            Points with = replacing(end - 1, wider);
            return new Points(with.chunks, with.first, with.end, with.from, to - low(end - 1) + 1);
        }
        long[] fresh = new long[isEmpty() ? FIRST_CAPACITY : CHUNK];
        fresh[0] = lsn;
        if (end < chunks.length && chunks[end] == null) {
            chunks[end] = fresh;
            return new Points(chunks, first, end + 1, isEmpty() ? 0 : from, 1);
        }
        int count = end - first;
        long[][] next = new long[2 * count + 1][];
        System.arraycopy(chunks, first, next, 0, count);
        next[count] = fresh;
        return new Points(next, 0, count + 1, isEmpty() ? 0 : from, 1);
    }

    private static int wider(int count) {
        return Math.min(CHUNK, 2 * (count + 1));
    }

    /** The same in fewer chunks, if they are thin: seldom, after many points have gone. */
    private Points filled() {
        long room = (long) (end - first) * CHUNK;
        long size = 0;
        for (int chunk = first; chunk < end; chunk++) {
            size += high(chunk) - low(chunk);
        }
        if (end - first < THIN || size * THIN > room) {
            return this;
        }
        Points filled = NONE;
        for (long lsn = ceiling(0); lsn != NEVER; lsn = after(lsn)) {
            filled = filled.append(lsn);
        }
        return filled;
    }
}
