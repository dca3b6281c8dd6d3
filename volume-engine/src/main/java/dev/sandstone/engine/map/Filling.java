package dev.sandstone.engine.map;

import java.util.Set;

/**
 * A lineage that is given rows of its own for what it inherits, and how far that is. Nothing of it is kept: after a restart
 * it begins again, and passes over what is there. Confined to the loop.
 */
public final class Filling {
    private static final int ALMOST = 99;

    private final LineageMap lineage;
    private InheritedWalk.Place next = InheritedWalk.Place.BEGIN;

    /**
     * What a step did.
     *
     * @param moved whether it came on; else something that it would name is being moved, and it must be tried again
     * @param segments that hold data which the lineage shows by reference from now on
     */
    public record Step(boolean moved, Set<Long> segments) {}

    Filling(LineageMap lineage) {
        this.lineage = lineage;
    }

    LineageMap lineage() {
        return lineage;
    }

    InheritedWalk.Place next() {
        return next;
    }

    void goOn(InheritedWalk.Place place) {
        next = place;
    }

    /** Whether all is the lineage's own, as the store has it. */
    public boolean isDone() {
        return next.isEnd() || lineage.family().tie() == LineageRow.Tie.FILLED;
    }

    /** How much is done of a lineage of so many blocks, 0 to 99. */
    public int percent(long blocks) {
        if (next.round() != InheritedWalk.Place.HEAD.round()) {
            return next.round() == InheritedWalk.Place.BEGIN.round() ? 0 : ALMOST;
        }
        return (int) Math.min(ALMOST, 100.0 * Leaf.first(next.leaf()) / blocks);
    }
}
