package dev.sandstone.engine.volume;

import dev.sandstone.engine.cleaner.Cleaner;
import dev.sandstone.engine.cleaner.SegmentTable;
import dev.sandstone.engine.space.SpaceGovernor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Decides whether a write that waits for space waits in vain.
 *
 * <p>What the ledger counts as live errs on the high side by what is not folded and by deleted volumes whose runs are
 * still there. So a wait is given up as hopeless only right after a fold, with nothing left to be removed, when the
 * cleaner finds no victim that is worth it, no open segment holds garbage that would make it one, and no copy moves to another
 * disk to make room; until then waiting is presumed to be able to help.
 *
 * <p>Confined to the shard's loop.
 */
final class SpaceJudge {
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Shard shard;
    private final SegmentTable segments;
    private final SpaceGovernor governor;
    private final Cleaner cleaner;
    private final BooleanSupplier growing;
    private boolean folding;
    private boolean again;

    /** @param growing whether the disks are about to take more segments than now */
    SpaceJudge(Shard shard, SegmentTable segments, SpaceGovernor governor, Cleaner cleaner, BooleanSupplier growing) {
        this.shard = shard;
        this.segments = segments;
        this.governor = governor;
        this.cleaner = cleaner;
        this.growing = growing;
    }

    /** Space was given up, or a write waits for some. */
    void want() {
        cleaner.poke();
        if (isWanted() && !folding) {
            folding = true;
            shard.map().fold(ok -> {
                folding = false;
                judge(!ok || !shard.map().reaping());
            });
        }
    }

    private boolean isWanted() {
        return governor.wanting() || shard.admission().waitsForReserve();
    }

    private void judge(boolean exact) {
        segments.exhausted(exact && cleaner.exhausted() && !leavesGarbage() && !growing.getAsBoolean());
        governor.supplied();
        segments.exhausted(false);
        cleaner.poke();
        if (isWanted() && !again) {
            again = true;
            shard.loop()
                    .schedule(
                            () -> {
                                again = false;
                                want();
                            },
                            AGAIN_NANOS);
        }
    }

    /** Whether a segment is sealed for what is garbage in it. Not while a ticket may count on the rest of it. */
    private boolean leavesGarbage() {
        long open = cleaner.wasteful();
        if (open != 0 && governor.tickets() == 0) {
            shard.log().leave(open);
        }
        return open != 0;
    }
}
