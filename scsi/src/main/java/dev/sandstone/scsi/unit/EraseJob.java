package dev.sandstone.scsi.unit;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives all blocks of the unit back, or overwrites those that hold something, step by step in the background: what FORMAT UNIT
 * and SANITIZE do to a thin volume. The unit is not ready meanwhile and tells how far it is.
 *
 * <pre>
 *   NONE --format--> FORMATTING --ends, or fails--> NONE
 *   NONE, FAILED --sanitize (kept first)--> SANITIZING --ends (kept)--> NONE
 *                                               | fails (kept)
 *                                               v
 *                                             FAILED --exit failure mode--> NONE
 * </pre>
 *
 * <p>A sanitize goes on through resets, lost nexuses and restarts of the array. It works in steps at a distance, for the other
 * volumes' sake. Whoever starts one has ended all other commands before, so that none writes behind it.
 *
 * <p>Touched on the unit's loop only.
 */
public final class EraseJob {
    private static final int SANITIZE_STEPS = 128;
    private static final int FORMAT_STEPS = 16;
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int WHOLE = 0x10000;
    private static final int BLOCKS_PER_MAP_BLOCK = 8;
    private static final byte[] NOTHING = {};

    private final Volume volume;
    private final UnitMemory memory;
    private final List<Completion> waiting = new ArrayList<>();
    private boolean formatting;
    private boolean working;
    private int step;

    EraseJob(Volume volume, UnitMemory memory) {
        this.volume = volume;
        this.memory = memory;
    }

    /** Goes on with what a restart interrupted. */
    void resume() {
        if (memory.facts().sanitize().running() && !working) {
            begin();
        }
    }

    /** Why commands that need the medium fail now; null when they need not. */
    public @Nullable SenseData notReady() {
        UnitMemory.Sanitize sanitize = memory.facts().sanitize();
        if (sanitize.running()) {
            return busy(AdditionalSense.LOGICAL_UNIT_NOT_READY_SANITIZE_IN_PROGRESS, SANITIZE_STEPS);
        }
        if (formatting) {
            return busy(AdditionalSense.LOGICAL_UNIT_NOT_READY_FORMAT_IN_PROGRESS, FORMAT_STEPS);
        }
        return sanitize.failed() ? SenseData.of(SenseKey.MEDIUM_ERROR, AdditionalSense.SANITIZE_COMMAND_FAILED) : null;
    }

    private SenseData busy(AdditionalSense why, int steps) {
        return SenseData.of(SenseKey.NOT_READY, why).withProgress(Math.min(step * WHOLE / steps, WHOLE - 1));
    }

    /** Whether one is under way. */
    public boolean running() {
        return formatting || memory.facts().sanitize().running();
    }

    /** Starts to format; {@code done} at its end. */
    public void format(Completion done) {
        formatting = true;
        waiting.add(done);
        begin();
    }

    /**
     * Starts to sanitize, once it is on stable storage that it runs.
     *
     * @param unrestricted AUSE
     * @param pattern up to a block of bytes, repeated in each block that holds something; empty: blocks are given back
     * @param begun told then, or why not
     * @param done told at the end; null: nobody waits for it
     */
    public void sanitize(boolean unrestricted, byte[] pattern, Completion begun, @Nullable Completion done) {
        UnitMemory.Sanitize next =
                unrestricted ? UnitMemory.Sanitize.RUNNING_UNRESTRICTED : UnitMemory.Sanitize.RUNNING;
        memory.change(facts -> facts.sanitize(next, pattern), (status, detail) -> {
            if (status == EngineStatus.OK) {
                if (done != null) {
                    waiting.add(done);
                }
                begin();
            }
            begun.done(status, detail);
        });
    }

    /** EXIT FAILURE MODE of a sanitize that ran with AUSE. */
    public void leaveFailure(Completion done) {
        memory.change(facts -> facts.sanitize(UnitMemory.Sanitize.NONE, NOTHING), done);
    }

    private void begin() {
        working = true;
        step = 0;
        next();
    }

    private int steps() {
        return formatting ? FORMAT_STEPS : SANITIZE_STEPS;
    }

    private void next() {
        long blocks = volume.blocks();
        int steps = steps();
        long from = blocks / BLOCKS_PER_MAP_BLOCK * step / steps * BLOCKS_PER_MAP_BLOCK;
        long to =
                step == steps - 1 ? blocks : blocks / BLOCKS_PER_MAP_BLOCK * (step + 1) / steps * BLOCKS_PER_MAP_BLOCK;
        byte[] pattern = memory.facts().pattern();
        if (from == to) {
            stepped(EngineStatus.OK);
        } else if (formatting || pattern.length == 0) {
            volume.unmap(List.of(new BlockRange(from, to - from)), (status, detail) -> stepped(status));
        } else {
            new Overwrite(volume, pattern).run(new BlockRange(from, to - from), this::stepped);
        }
    }

    private void stepped(EngineStatus status) {
        ShardLoop loop = volume.loop();
        if (status == EngineStatus.BUSY || status == EngineStatus.OUT_OF_RANGE) {
            // To be tried again: the volume may just have shrunk.
            loop.schedule(this::next, AGAIN_NANOS);
        } else if (status != EngineStatus.OK || step == steps() - 1) {
            step++;
            ended(status);
        } else {
            step++;
            loop.schedule(this::next, formatting ? 0 : STEP_NANOS);
        }
    }

    private void ended(EngineStatus status) {
        working = false;
        if (formatting) {
            formatting = false;
            tell(status);
        } else if (status == EngineStatus.CLOSED || status == EngineStatus.NOT_FOUND) {
            // The array closes, or the volume is gone: nothing is to be said of the medium.
            tell(status);
        } else {
            UnitMemory.Sanitize now = memory.facts().sanitize();
            UnitMemory.Sanitize failed = now == UnitMemory.Sanitize.RUNNING
                    ? UnitMemory.Sanitize.FAILED
                    : UnitMemory.Sanitize.FAILED_UNRESTRICTED;
            UnitMemory.Sanitize after = status == EngineStatus.OK ? UnitMemory.Sanitize.NONE : failed;
            memory.change(facts -> facts.sanitize(after, NOTHING), (kept, detail) -> tell(status));
        }
    }

    private void tell(EngineStatus status) {
        List<Completion> told = List.copyOf(waiting);
        waiting.clear();
        told.forEach(done -> done.done(status, 0));
    }
}
