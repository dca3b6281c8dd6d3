package dev.sandstone.engine.map;

import java.util.concurrent.TimeUnit;

/**
 * What a block map may take, and how eager it is.
 *
 * @param overlayBytes heap for facts not yet folded; beyond it the map is pressed
 * @param leafBytes off-heap memory for leaves
 * @param foldEntries facts (blocks, blank ranges) that start a fold
 * @param flushBytes committed bytes that start a flush
 * @param idleNanos a fold starts at the latest so long after the first fact
 * @param flushNanos a flush starts at the latest so long after the first fold
 * @param runsPerStep most runs that one batch removes for an UNMAP or a deleted lineage
 * @param shortData blocks up to which what is shown by reference is kept block by block: a range that is put amid others
 *     shifts all behind it
 */
public record MapLimits(
        long overlayBytes,
        long leafBytes,
        int foldEntries,
        long flushBytes,
        long idleNanos,
        long flushNanos,
        int runsPerStep,
        int shortData) {
    /** Heap an entry of the overlay takes, about. */
    static final int ENTRY_BYTES = 64;

    private static final int FOLD_ENTRIES = 1 << 17;
    private static final int RUNS_PER_STEP = 1 << 13;
    private static final long FLUSH_BYTES = 32 << 20;
    private static final int SHORT_DATA = 32;
    private static final int LEAST_SHORT_DATA = 8;

    public MapLimits {
        if (foldEntries < 1 || overlayBytes < 2L * foldEntries * ENTRY_BYTES || runsPerStep < 1) {
            throw new IllegalArgumentException("an overlay of " + overlayBytes + " bytes for folds of " + foldEntries);
        }
    }

    /** Limits under which even few blocks are kept as a range. */
    public MapLimits(
            long overlayBytes,
            long leafBytes,
            int foldEntries,
            long flushBytes,
            long idleNanos,
            long flushNanos,
            int runsPerStep) {
        this(overlayBytes, leafBytes, foldEntries, flushBytes, idleNanos, flushNanos, runsPerStep, LEAST_SHORT_DATA);
    }

    /**
     * Blanks from this length on are erased in batches of their own when they hold many runs: what may hold half as many
     * as a batch should, and two leaves at least, because only whole leaves go ahead.
     */
    long longBlank() {
        return Math.max(2 * Leaf.BLOCKS, runsPerStep / 2);
    }

    /** For a daemon. */
    public static MapLimits of(long overlayBytes, long leafBytes) {
        int entries = Math.clamp(overlayBytes / (4 * ENTRY_BYTES), 1024, FOLD_ENTRIES);
        return new MapLimits(
                Math.max(overlayBytes, 2L * entries * ENTRY_BYTES),
                leafBytes,
                entries,
                FLUSH_BYTES,
                TimeUnit.SECONDS.toNanos(2),
                TimeUnit.SECONDS.toNanos(30),
                RUNS_PER_STEP,
                SHORT_DATA);
    }
}
