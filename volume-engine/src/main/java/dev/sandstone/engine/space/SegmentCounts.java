package dev.sandstone.engine.space;

import java.util.Arrays;

/**
 * A count for each of some segments, zero where none was given: a small open-addressed table without boxing.
 *
 * <p>For one thread at a time.
 */
public final class SegmentCounts {
    private static final int INITIAL_SLOTS = 16;
    private static final long NONE = -1;

    private long[] segments;
    private long[] counts;
    private int size;
    private long total;

    public SegmentCounts() {
        segments = new long[INITIAL_SLOTS];
        counts = new long[INITIAL_SLOTS];
        Arrays.fill(segments, NONE);
    }

    /** Adds to a segment's count. */
    public void add(long segment, long amount) {
        if (segment < 0) {
            throw new IllegalArgumentException("not a segment: " + segment);
        }
        int slot = slot(segment);
        if (segments[slot] == NONE) {
            if (2 * (size + 1) > segments.length) {
                grow();
                slot = slot(segment);
            }
            segments[slot] = segment;
            size++;
        }
        counts[slot] += amount;
        total += amount;
    }

    public long get(long segment) {
        int slot = slot(segment);
        return segments[slot] == NONE ? 0 : counts[slot];
    }

    /** Adds all counts of the other. */
    public void addAll(SegmentCounts other) {
        other.forEach(this::add);
    }

    /** The sum of all counts. */
    public long total() {
        return total;
    }

    /** Hands over each segment that was given, in no order, its count possibly zero. Do not change this meanwhile. */
    public void forEach(Visitor visitor) {
        for (int i = 0; i < segments.length; i++) {
            if (segments[i] != NONE) {
                visitor.count(segments[i], counts[i]);
            }
        }
    }

    /** Forgets the segments whose count is zero. */
    public void prune() {
        rehash(segments.length);
    }

    public void clear() {
        Arrays.fill(segments, NONE);
        Arrays.fill(counts, 0);
        size = 0;
        total = 0;
    }

    private int slot(long segment) {
        int mask = segments.length - 1;
        long mixed = segment * 0x9E3779B97F4A7C15L;
        int slot = (int) (mixed >>> 32) & mask;
        while (segments[slot] != NONE && segments[slot] != segment) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        prune();
        if (4 * size > segments.length) {
            rehash(Math.multiplyExact(segments.length, 2));
        }
    }

    private void rehash(int slots) {
        long[] oldSegments = segments;
        long[] oldCounts = counts;
        segments = new long[slots];
        counts = new long[slots];
        Arrays.fill(segments, NONE);
        size = 0;
        for (int i = 0; i < oldSegments.length; i++) {
            if (oldSegments[i] != NONE && oldCounts[i] != 0) {
                int slot = slot(oldSegments[i]);
                segments[slot] = oldSegments[i];
                counts[slot] = oldCounts[i];
                size++;
            }
        }
    }

    /** Receives counts. */
    @FunctionalInterface
    public interface Visitor {
        void count(long segment, long amount);
    }
}
