package dev.sandstone.scsi.unit;

import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Gives all blocks of the unit back, or overwrites those that hold something, in the background: what FORMAT UNIT and SANITIZE do
 * to a thin volume. The unit is not ready meanwhile and tells how far it is.
 *
 * <pre>
 *   NONE, FORMAT_BEGUN --format: others end, kept--> FORMAT_BEGUN --ends (kept)--> NONE
 *                                                        | fails, or a restart cuts it off: MEDIUM FORMAT CORRUPTED
 *                                                        +--> stays FORMAT_BEGUN
 *   any but SANITIZING --sanitize: others end, kept--> SANITIZING --ends (kept)--> NONE
 *                                                        | fails (kept)
 *                                                        v
 *                                                      FAILED --exit failure mode--> NONE
 * </pre>
 *
 * <p>One at a time: from the call that starts one on, before anything is waited for, the unit is not ready and no second one
 * starts. So what comes later is refused, and what came before is ended before the first block is erased, or waited for where a
 * copy of another unit writes here: nothing is written behind the job. It ends when its end is on stable storage.
 *
 * <p>A sanitize goes on through resets, lost nexuses and restarts of the array, and neither stops with the command that started
 * it.
 *
 * <p>Touched on the unit's loop only.
 */
public final class EraseJob {
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final byte[] NOTHING = {};

    private final Volume volume;
    private final UnitMemory memory;
    private Completion waiting = (status, detail) -> {};
    private @Nullable Work work;
    private @Nullable ErasePass pass;
    private int holds;
    private int writes;
    private @Nullable Runnable onceAlone;

    private enum Work {
        FORMAT(16, 0, AdditionalSense.LOGICAL_UNIT_NOT_READY_FORMAT_IN_PROGRESS),
        SANITIZE(128, TimeUnit.MILLISECONDS.toNanos(100), AdditionalSense.LOGICAL_UNIT_NOT_READY_SANITIZE_IN_PROGRESS);

        private final int steps;
        private final long distanceNanos;
        private final AdditionalSense inProgress;

        Work(int steps, long distanceNanos, AdditionalSense inProgress) {
            this.steps = steps;
            this.distanceNanos = distanceNanos;
            this.inProgress = inProgress;
        }
    }

    /** Gives a job the unit for itself. */
    @FunctionalInterface
    public interface Alone {
        /**
         * Ends all that is under way on the unit but what starts the job.
         *
         * @param why to be told to who waits for it, where that is the nexus that starts the job
         * @param then told once, when the last has ended, on the unit's loop
         */
        void endOthers(SenseData why, Runnable then);
    }

    EraseJob(Volume volume, UnitMemory memory) {
        this.volume = volume;
        this.memory = memory;
    }

    /** Goes on with the sanitize that a restart interrupted. */
    void resume() {
        if (work == null && memory.facts().erase().sanitizing()) {
            work = Work.SANITIZE;
            erase(Work.SANITIZE);
        }
    }

    /** Why commands that need the medium fail now; null when they need not. */
    public @Nullable SenseData notReady() {
        UnitMemory.Erase kept = memory.facts().erase();
        if (work != null) {
            return busy(work);
        }
        if (kept.sanitizing()) {
            return busy(Work.SANITIZE);
        }
        if (kept.sanitizeFailed()) {
            return SenseData.of(SenseKey.MEDIUM_ERROR, AdditionalSense.SANITIZE_COMMAND_FAILED);
        }
        return kept == UnitMemory.Erase.FORMAT_BEGUN
                ? SenseData.of(SenseKey.MEDIUM_ERROR, AdditionalSense.MEDIUM_FORMAT_CORRUPTED)
                : null;
    }

    private SenseData busy(Work with) {
        return SenseData.of(SenseKey.NOT_READY, with.inProgress).withProgress(pass == null ? 0 : pass.progress());
    }

    /** Whether one is under way. */
    public boolean running() {
        return work != null || memory.facts().erase().sanitizing();
    }

    /** Why no format may start now; null when one may. Only a sanitize ends what a failed one has left (SBC-3 4.11.2). */
    public @Nullable SenseData formatRefusal() {
        return running() || memory.facts().erase().sanitizeFailed() ? notReady() : null;
    }

    /** Why no sanitize may start now; null when one may. */
    public @Nullable SenseData sanitizeRefusal() {
        return running() ? notReady() : null;
    }

    /**
     * Starts to format: ends the others, and begins once it is on stable storage that it does.
     *
     * @param begun told then, or why not: BUSY when one is under way, or something {@link #hold}s
     * @param ended told at the end of one that has begun, maybe before {@code begun} is
     */
    public void format(Alone alone, Completion begun, Completion ended) {
        start(Work.FORMAT, facts -> facts.erase(UnitMemory.Erase.FORMAT_BEGUN, NOTHING), alone, begun, ended);
    }

    /**
     * Starts to sanitize, as {@link #format} does.
     *
     * @param unrestricted AUSE
     * @param pattern up to a block of bytes, repeated in each block that holds something; empty: blocks are given back
     */
    public void sanitize(boolean unrestricted, byte[] pattern, Alone alone, Completion begun, Completion ended) {
        UnitMemory.Erase next = unrestricted ? UnitMemory.Erase.SANITIZING_UNRESTRICTED : UnitMemory.Erase.SANITIZING;
        start(Work.SANITIZE, facts -> facts.erase(next, pattern), alone, begun, ended);
    }

    /** EXIT FAILURE MODE of a sanitize that ran with AUSE. */
    public void leaveFailure(Completion done) {
        memory.change(facts -> facts.erase(UnitMemory.Erase.NONE, NOTHING), done);
    }

    /**
     * Keeps both from starting while something else replaces what the unit holds, until as many {@link #release}s.
     *
     * @return false, and nothing is kept from starting, when one is under way
     */
    public boolean hold() {
        if (running()) {
            return false;
        }
        holds++;
        return true;
    }

    /** Ends a {@link #hold}. */
    public void release() {
        holds--;
    }

    /** Something else than a command of the unit begins to write its blocks. */
    public void writeBegins() {
        writes++;
    }

    /** That write has ended. */
    public void writeEnds() {
        writes--;
        goOnAlone();
    }

    private void goOnAlone() {
        Runnable next = onceAlone;
        if (next != null && writes == 0) {
            onceAlone = null;
            next.run();
        }
    }

    private void start(
            Work next, UnaryOperator<UnitMemory.Facts> kept, Alone alone, Completion begun, Completion ended) {
        if (holds > 0 || running()) {
            begun.done(EngineStatus.BUSY, 0);
            return;
        }
        work = next;
        Completion durable = (status, detail) -> {
            if (status == EngineStatus.OK) {
                waiting = ended;
                erase(next);
            } else {
                work = null;
            }
            begun.done(status, detail);
        };
        alone.endOthers(busy(next), () -> {
            onceAlone = () -> memory.change(kept, durable);
            goOnAlone();
        });
    }

    private void erase(Work how) {
        byte[] pattern = memory.facts().pattern();
        ErasePass next = new ErasePass(volume, pattern, how.steps, how.distanceNanos, status -> erased(how, status));
        pass = next;
        next.start();
    }

    private void erased(Work how, EngineStatus status) {
        boolean failed = status != EngineStatus.OK;
        if (failed && (how == Work.FORMAT || isGone(status))) {
            // A format that has failed is kept as one that has begun. Of a volume that is gone nothing is to be said.
            over(status);
        } else {
            UnitMemory.Erase now = memory.facts().erase();
            conclude(failed ? now.failure() : UnitMemory.Erase.NONE, status);
        }
    }

    /** Tells the end when it is kept: the unit stays as it is until then, as a restart would find it. */
    private void conclude(UnitMemory.Erase after, EngineStatus status) {
        memory.change(facts -> facts.erase(after, NOTHING), (kept, detail) -> {
            if (kept == EngineStatus.OK) {
                over(status);
            } else if (isGone(kept)) {
                over(kept);
            } else {
                volume.loop().schedule(() -> conclude(after, status), AGAIN_NANOS);
            }
        });
    }

    /** Whether the array closes, or the volume is gone. */
    private static boolean isGone(EngineStatus status) {
        return status == EngineStatus.CLOSED || status == EngineStatus.NOT_FOUND;
    }

    private void over(EngineStatus status) {
        Completion told = waiting;
        waiting = (none, detail) -> {};
        work = null;
        pass = null;
        told.done(status, 0);
    }
}
