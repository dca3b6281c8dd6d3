package dev.sandstone.copy.job;

import org.jspecify.annotations.Nullable;

/**
 * A run of blocks to be copied.
 *
 * @param source null: the destination becomes zeros
 * @param blocks how many, of 512 bytes; may be zero
 */
public record Segment(@Nullable CopyEnd source, long sourceLba, CopyEnd destination, long destinationLba, long blocks) {

    /** Whether source and destination share blocks, so that the order of the pieces matters. */
    boolean overlapsItself() {
        return source != null
                && source.volume().id().equals(destination.volume().id())
                && Math.abs(sourceLba - destinationLba) < blocks;
    }

    /** Whether the copy must begin at its end, so as not to read what it wrote. */
    boolean runsBackwards() {
        return overlapsItself() && destinationLba > sourceLba;
    }
}
