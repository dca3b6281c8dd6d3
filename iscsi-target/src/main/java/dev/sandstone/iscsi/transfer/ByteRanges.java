package dev.sandstone.iscsi.transfer;

import java.util.Arrays;

/**
 * Ranges of bytes that are there, sorted, never touching each other. A command has one most of the time, and some more while
 * data is missing.
 */
final class ByteRanges {
    private long[] bounds = new long[4];
    private int used;

    /** Adds [start, end). */
    void add(long start, long end) {
        if (start >= end) {
            return;
        }
        int first = 0;
        while (first < used && bounds[first + 1] < start) {
            first += 2;
        }
        int next = first;
        long from = start;
        long to = end;
        while (next < used && bounds[next] <= end) {
            from = Math.min(from, bounds[next]);
            to = Math.max(to, bounds[next + 1]);
            next += 2;
        }
        int grown = used - (next - first) + 2;
        if (grown > bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * grown);
        }
        System.arraycopy(bounds, next, bounds, first + 2, used - next);
        bounds[first] = from;
        bounds[first + 1] = to;
        used = grown;
    }

    /** The first byte from {@code at} on that is missing. */
    long missingFrom(long at) {
        for (int i = 0; i < used && bounds[i] <= at; i += 2) {
            if (bounds[i + 1] > at) {
                return bounds[i + 1];
            }
        }
        return at;
    }

    /** The first byte from {@code at} on that is there; {@code limit} when there is none before that. */
    long presentFrom(long at, long limit) {
        for (int i = 0; i < used; i += 2) {
            if (bounds[i + 1] > at) {
                return Math.min(Math.max(bounds[i], at), limit);
            }
        }
        return limit;
    }

    /** Whether all of [start, end) is there. */
    boolean covers(long start, long end) {
        return missingFrom(start) >= end;
    }

    /** The end of the last range; 0 when there is none. */
    long end() {
        return used == 0 ? 0 : bounds[used - 1];
    }
}
