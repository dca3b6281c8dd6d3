package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.log.Pointer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The versions that show what a step moves for another one: of each block one version owns the record in the new place, the
 * others are led there by reference.
 *
 * <p>Confined to the shard's loop.
 */
final class Loans {
    private static final int RUN_BYTES = 40;

    /** A record that is not the last one has at least so much. */
    private static final int LEAST_RECORD_BYTES = 3 << 10;

    private final List<Loan> step = new ArrayList<>();
    private List<MovedReference> moved = new ArrayList<>();
    private int bytes;

    private static final class Loan {
        private final Stretches.Claim of;
        private final long block;
        private final int at;
        private int blocks;

        Loan(Stretches.Claim of, long block, int at) {
            this.of = of;
            this.block = block;
            this.at = at;
            blocks = 1;
        }

        boolean isFollowedBy(Stretches.Claim next, long nextBlock, int nextAt) {
            return of.lineage() == next.lineage()
                    && of.birth() == next.birth()
                    && block + blocks == nextBlock
                    && at + blocks == nextAt;
        }
    }

    /** A step begins. */
    void begin() {
        step.clear();
    }

    /**
     * The version, too, shows a block that the step moves.
     *
     * @param at index of the block in the step
     */
    void add(Stretches.Claim of, long block, int at) {
        Loan last = step.isEmpty() ? null : step.get(step.size() - 1);
        if (last != null && last.isFollowedBy(of, block, at)) {
            last.blocks++;
        } else {
            step.add(new Loan(of, block, at));
        }
    }

    /**
     * The step's blocks lie elsewhere now.
     *
     * @param places where, by index
     * @param checksums by index
     */
    void moved(long[] places, int[] checksums) {
        for (Loan loan : step) {
            for (int from = 0; from < loan.blocks; ) {
                long place = places[loan.at + from];
                int end = from + 1;
                while (end < loan.blocks && places[loan.at + end] == Pointer.plus(place, (long) end - from)) {
                    end++;
                }
                int[] those = Arrays.copyOfRange(checksums, loan.at + from, loan.at + end);
                moved.add(new MovedReference(
                        loan.of.lineage(), loan.block + from, end - from, loan.of.birth(), place, those));
                bytes += RUN_BYTES + those.length * Integer.BYTES;
                from = end;
            }
        }
        step.clear();
    }

    /** Bytes that a record takes which tells of all that was moved and not taken yet, about. */
    int bytes() {
        return bytes;
    }

    /** The most log space of the records that tell of it. */
    long logBytes() {
        return bytes == 0 ? 0 : (bytes / LEAST_RECORD_BYTES + 2L) * 2 * Evacuation.BLOCK_BYTES;
    }

    /** What was moved since the last call. */
    List<MovedReference> take() {
        List<MovedReference> all = moved;
        moved = new ArrayList<>();
        bytes = 0;
        return all;
    }
}
