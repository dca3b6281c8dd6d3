package dev.sandstone.scsi.unit;

import java.util.function.Consumer;

/** Knows what a unit's volume and its pool occupy: a port that the layer above answers. */
@FunctionalInterface
public interface SpaceSource {
    /** Of a unit of which nobody knows. */
    SpaceSource UNKNOWN = answer -> answer.accept(new Space(0, 0));

    /** Answers on any thread, maybe later. */
    void ask(Consumer<Space> answer);

    /**
     * @param availableBytes what writes of the unit may still take from its pool, shared with other units
     * @param usedBytes what the unit's written data takes
     */
    record Space(long availableBytes, long usedBytes) {}
}
