package dev.sandstone.engine.map;

import dev.sandstone.engine.meta.Table;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Facts of the log that the metadata store does not have yet, in two parts: the active one takes new facts, the frozen
 * one is being folded. Confined to the loop, but for the frozen part, which nobody changes.
 */
final class Overlay {
    private static final int MOST_SPARES = 2;
    private static final int SPARE_SLOTS = 1 << 12;

    private final ArrayDeque<Generation> spares = new ArrayDeque<>();
    private List<LineageMap> dirty = new ArrayList<>();
    private List<LineageMap> folding = new ArrayList<>();
    private List<FoldInput.Row> rows = new ArrayList<>();
    private List<Long> deleted = new ArrayList<>();
    private long activeEntries;
    private long frozenEntries;

    /** A lineage has its first fact of the active part: what it goes into. */
    Generation begin(LineageMap lineage) {
        dirty.add(lineage);
        Generation spare = spares.poll();
        return spare == null ? new Generation() : spare;
    }

    /** What a lineage had in the frozen part is no longer used. Large tables serve again, whoever needs one next. */
    void end(Generation generation) {
        if (spares.size() < MOST_SPARES && generation.versions().slots() >= SPARE_SLOTS) {
            generation.clear();
            spares.push(generation);
        }
    }

    /** Facts were added. */
    void grew(int entries) {
        activeEntries += entries;
    }

    void row(Table table, byte[] key, byte @Nullable [] value) {
        rows.add(new FoldInput.Row(table, key, value));
        activeEntries++;
    }

    /** A lineage is deleted: its facts count no more. */
    void delete(LineageMap lineage) {
        dirty.remove(lineage);
        deleted.add(lineage.id());
        activeEntries++;
    }

    /** Whether a lineage was deleted since the last fold began. */
    boolean hasDeleted() {
        return !deleted.isEmpty();
    }

    /** Facts that wait for a fold to begin. */
    long activeEntries() {
        return activeEntries;
    }

    /** Heap it takes, about. */
    long bytes() {
        return (activeEntries + frozenEntries) * MapLimits.ENTRY_BYTES;
    }

    /** Freezes the active part, all facts up to this record; the frozen part must be empty. */
    FoldInput freeze(long lsn) {
        List<FoldInput.Part> parts = new ArrayList<>(dirty.size());
        for (LineageMap lineage : dirty) {
            parts.add(new FoldInput.Part(lineage.id(), lineage.freeze()));
        }
        FoldInput input = new FoldInput(lsn, parts, rows, deleted);
        List<LineageMap> empty = folding;
        folding = dirty;
        dirty = empty;
        rows = new ArrayList<>();
        deleted = new ArrayList<>();
        frozenEntries = activeEntries;
        activeEntries = 0;
        return input;
    }

    /** The frozen part is in the store. */
    void folded() {
        folding.forEach(LineageMap::folded);
        folding.clear();
        frozenEntries = 0;
    }
}
