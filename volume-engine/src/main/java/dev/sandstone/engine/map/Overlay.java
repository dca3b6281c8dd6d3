package dev.sandstone.engine.map;

import dev.sandstone.engine.meta.Table;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Facts of the log that the metadata store does not have yet: an active part takes new ones; closed parts, which nobody
 * changes, wait to be folded, oldest first. A part is closed when a fold begins, and where versions before and after a
 * moment must not become one.
 *
 * <p>Confined to the loop, but for closed parts.
 */
final class Overlay {
    private static final int MOST_SPARES = 2;
    private static final int SPARE_SLOTS = 1 << 12;

    private final ArrayDeque<Generation> spares = new ArrayDeque<>();
    private final ArrayDeque<Part> closed = new ArrayDeque<>();
    private List<LineageMap> dirty = new ArrayList<>();
    private List<FoldInput.Row> rows = new ArrayList<>();
    private List<FoldInput.Turn> turns = new ArrayList<>();
    private List<Gone> gone = new ArrayList<>();
    private long activeEntries;
    private long closedEntries;
    private long base;

    /** A moment that is retained no more. */
    record Gone(long lineage, long lsn) {}

    /**
     * A closed part.
     *
     * @param moves whether versions were moved in it
     */
    record Part(FoldInput input, List<LineageMap> lineages, List<Gone> gone, long entries, boolean moves) {}

    /** @param lsn the last record that the store has */
    Overlay(long lsn) {
        base = lsn;
    }

    /** A lineage has its first fact of the active part: what it goes into. */
    Generation begin(LineageMap lineage) {
        dirty.add(lineage);
        Generation spare = spares.poll();
        return spare == null ? new Generation() : spare;
    }

    /** What a lineage had in a folded part is no longer used. Large tables serve again, whoever needs one next. */
    void end(Generation generation) {
        if (spares.size() < MOST_SPARES && generation.versions().slots() >= SPARE_SLOTS) {
            generation.clear();
            spares.push(generation);
        }
    }

    /** What was born up to here is not in the active part. */
    long base() {
        return base;
    }

    /** Facts were added. */
    void grew(int entries) {
        activeEntries += entries;
    }

    void row(Table table, byte[] key, byte @Nullable [] value) {
        rows.add(new FoldInput.Row(table, key, value));
        activeEntries++;
    }

    /** A lineage has another state or parent. */
    void turn(LineageMap lineage, LineageRow.State state) {
        LineageMap parent = lineage.parent();
        long parentId = parent == null ? 0 : parent.id();
        LineageRow.Tie tie = lineage.family().tie();
        turns.add(new FoldInput.Turn(lineage.id(), state, tie, parentId, lineage.parentLsn()));
        activeEntries++;
    }

    /** A moment is retained no more. */
    void gone(long lineage, long lsn) {
        gone.add(new Gone(lineage, lsn));
    }

    /** A lineage is dead: its facts count no more. */
    void delete(LineageMap lineage) {
        dirty.remove(lineage);
    }

    /** Whether something not yet folded leaves versions behind that nobody needs. */
    boolean leavesGarbage() {
        return leavesGarbage(turns, gone)
                || closed.stream().anyMatch(part -> leavesGarbage(part.input().lineages(), part.gone()));
    }

    private static boolean leavesGarbage(List<FoldInput.Turn> turns, List<Gone> gone) {
        return !gone.isEmpty() || turns.stream().anyMatch(turn -> turn.state() == LineageRow.State.DEAD);
    }

    /** Facts that no part was closed on yet. */
    long activeEntries() {
        return activeEntries;
    }

    /** Heap it takes, about. */
    long bytes() {
        return (activeEntries + closedEntries) * MapLimits.ENTRY_BYTES;
    }

    /** Closes the active part: all facts up to this record. */
    void close(long lsn) {
        List<FoldInput.Part> parts = new ArrayList<>(dirty.size());
        for (LineageMap lineage : dirty) {
            parts.add(lineage.close(base));
        }
        boolean moves = parts.stream().anyMatch(part -> part.generation().moved());
        closed.add(new Part(new FoldInput(lsn, parts, rows, turns), dirty, gone, activeEntries, moves));
        dirty = new ArrayList<>();
        rows = new ArrayList<>();
        turns = new ArrayList<>();
        gone = new ArrayList<>();
        closedEntries += activeEntries;
        activeEntries = 0;
        base = lsn;
    }

    /** The part to be folded next; null when none is closed. */
    @Nullable
    Part oldest() {
        return closed.peek();
    }

    /** The oldest part is in the store. */
    Part folded() {
        Part part = closed.remove();
        part.lineages().forEach(LineageMap::folded);
        closedEntries -= part.entries();
        return part;
    }
}
