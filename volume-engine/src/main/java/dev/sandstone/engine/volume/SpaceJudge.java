package dev.sandstone.engine.volume;

import dev.sandstone.engine.cleaner.Cleaner;
import dev.sandstone.engine.cleaner.SegmentTable;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.space.SpaceGovernor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Decides whether a write that waits for space waits in vain.
 *
 * <p>What the ledger counts as live errs on the high side by what is not folded and by deleted volumes whose runs are
 * still there. So a wait is given up as hopeless only right after a fold, with nothing left to be removed, when the
 * cleaner finds no victim that is worth it, and no copy moves to another disk to make room; until then waiting is presumed to
 * be able to help.
 *
 * <p>Confined to the shard's loop.
 */
final class SpaceJudge {
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final ShardLoop loop;
    private final BlockMap map;
    private final SegmentTable segments;
    private final SpaceGovernor governor;
    private final Cleaner cleaner;
    private final BooleanSupplier growing;
    private boolean folding;
    private boolean again;

    /** @param growing whether the disks are about to take more segments than now */
    SpaceJudge(
            ShardLoop loop,
            BlockMap map,
            SegmentTable segments,
            SpaceGovernor governor,
            Cleaner cleaner,
            BooleanSupplier growing) {
        this.growing = growing;
        this.loop = loop;
        this.map = map;
        this.segments = segments;
        this.governor = governor;
        this.cleaner = cleaner;
    }

    /** Space was given up, or a write waits for some. */
    void want() {
        cleaner.poke();
        if (governor.wanting() && !folding) {
            folding = true;
            map.fold(ok -> {
                folding = false;
                judge(!ok || !map.reaping());
            });
        }
    }

    private void judge(boolean exact) {
        segments.exhausted(exact && cleaner.exhausted() && !growing.getAsBoolean());
        governor.supplied();
        segments.exhausted(false);
        cleaner.poke();
        if (governor.wanting() && !again) {
            again = true;
            loop.schedule(
                    () -> {
                        again = false;
                        want();
                    },
                    AGAIN_NANOS);
        }
    }
}
