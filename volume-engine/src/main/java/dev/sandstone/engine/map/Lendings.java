package dev.sandstone.engine.map;

import dev.sandstone.engine.space.SegmentCounts;
import dev.sandstone.engine.space.SpaceLedger;
import org.jspecify.annotations.Nullable;

/**
 * How much is lent, and when the facts that say so are worth a walk that removes those of which nothing is left: when as
 * many blocks have come or gone since the last one as are lent. So the table is never much larger than what it is needed
 * for, and a walk costs each change a bounded part.
 *
 * <p>Confined to the loop.
 */
final class Lendings {
    /** A walk has at least so many steps' worth of changes to look for. */
    private static final int LEAST_STEPS = 16;

    private final SpaceLedger ledger;
    private final long leastBlocks;
    /** Lent since the walk under way began. */
    private final SegmentCounts since = new SegmentCounts();

    private @Nullable RefsSweep sweep;
    private long changedBlocks;
    private long keptBlocks;

    /** @param found whether the store has any: what became of them is not known then */
    Lendings(SpaceLedger ledger, int rowsPerStep, boolean found) {
        this.ledger = ledger;
        leastBlocks = (long) LEAST_STEPS * rowsPerStep;
        changedBlocks = found ? leastBlocks : 0;
    }

    /** Whether there may be any. */
    boolean any() {
        return sweep != null || keptBlocks > 0 || changedBlocks > 0;
    }

    /** A fact is new. */
    void added(Lending lending) {
        ledger.lent(lending.segment(), lending.bytes());
        since.add(lending.segment(), lending.bytes());
        changedBlocks += lending.blocks();
    }

    /** The tables' live bytes have changed by this much: what was lent may have gone. */
    void changed(SegmentCounts change) {
        change.forEach((segment, bytes) -> {
            if (bytes < 0 && ledger.lentBytes(segment) > 0) {
                changedBlocks -= bytes / BlockMap.BLOCK_BYTES;
            }
        });
    }

    /** Whether a walk is under way or worth it. */
    boolean due() {
        return sweep != null || changedBlocks >= Math.max(leastBlocks, keptBlocks);
    }

    /** The walk under way, or a new one. */
    RefsSweep sweep() {
        RefsSweep under = sweep;
        if (under == null) {
            under = new RefsSweep();
            sweep = under;
            changedBlocks = 0;
            since.clear();
        }
        return under;
    }

    /** The walk has come to its end. */
    void swept() {
        RefsSweep ended = sweep;
        if (ended == null) {
            throw new IllegalStateException("no walk is under way");
        }
        sweep = null;
        keptBlocks = ended.kept().total() / BlockMap.BLOCK_BYTES;
        ledger.lentAnew(ended.kept(), since);
    }
}
