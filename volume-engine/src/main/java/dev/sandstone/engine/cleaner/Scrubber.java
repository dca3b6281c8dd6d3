package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.store.MirrorAdmin;
import dev.sandstone.engine.store.MirrorStore;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.StoreException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks all segments in the order of their ids, reads every copy of every piece from the medium, compares, and repairs
 * from another copy what is not as it must be. What no copy has is counted and left: reads of it are medium errors.
 *
 * <p>How far it is survives a restart: a walk goes on where it was.
 *
 * <p>Confined to the loop; disks are read on the executor.
 */
public final class Scrubber {
    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);
    private static final long CLOCK_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long SAVE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Parts parts;
    private final MirrorAdmin admin;
    private ScrubProgress progress;
    private @Nullable SegmentScrub under;
    private boolean resting;
    private boolean stopped;
    private @Nullable Runnable ended;
    private long savedNanos;

    /**
     * What it works with.
     *
     * @param complete whether nothing is appended to the segment any more, and it is not given back yet
     */
    public record Parts(
            ShardLoop loop,
            MirrorStore store,
            Executor executor,
            LongPredicate complete,
            Pace pace,
            ScrubMemory memory) {
        private SegmentScrub.Means means() {
            return new SegmentScrub.Means(loop, store, executor, pace, Pace.Urgency.LOW);
        }
    }

    /** @param saved what the memory said at the opening */
    public Scrubber(Parts parts, String saved) {
        this.parts = parts;
        admin = parts.store().admin();
        progress = ScrubProgress.parse(saved, parts.loop().wallClockMicros());
        savedNanos = parts.loop().nanoTime();
    }

    /** The pool works from here on. */
    public void open() {
        clock();
        step();
    }

    /** How far it is. */
    public ScrubProgress progress() {
        return progress;
    }

    /** Begins a walk, or goes on with one that was paused. */
    public void start() {
        if (progress.state() == ScrubProgress.State.PAUSED) {
            progress = progress.in(ScrubProgress.State.RUNNING);
        } else if (progress.state() == ScrubProgress.State.IDLE) {
            progress = progress.begun(parts.loop().wallClockMicros());
            LOG.info("A scrub begins");
        }
        save();
        step();
    }

    public void pause() {
        if (progress.state() == ScrubProgress.State.RUNNING) {
            progress = progress.in(ScrubProgress.State.PAUSED);
            save();
        }
    }

    /** @param micros 0: only when told to */
    public void every(long micros) {
        progress = progress.every(micros);
        save();
    }

    /** Ends after the step under way, then runs the task. */
    public void stop(Runnable then) {
        stopped = true;
        save();
        SegmentScrub one = under;
        if (one == null) {
            then.run();
        } else {
            ended = then;
            one.cancel();
        }
    }

    private void clock() {
        if (stopped) {
            return;
        }
        long next = progress.nextMicros();
        if (next != 0 && next <= parts.loop().wallClockMicros()) {
            start();
        }
        parts.loop().schedule(this::clock, CLOCK_NANOS);
    }

    private void save() {
        savedNanos = parts.loop().nanoTime();
        String text = progress.text();
        try {
            parts.executor().execute(() -> parts.memory().save(text));
        } catch (RejectedExecutionException closing) {
            LOG.debug("The scrub's progress is not saved: the pool is closed");
        }
    }

    /** Whether it is at that segment, so that each of its copies is needed. */
    public boolean isAt(long segment) {
        SegmentScrub one = under;
        return one != null && one.segment() == segment;
    }

    // the walk

    private void step() {
        if (under != null || resting) {
            return;
        }
        if (stopped || progress.state() != ScrubProgress.State.RUNNING) {
            finished();
            return;
        }
        if (progress.cursor() == 0 && progress.done() == 0) {
            repairSuperblocks();
        }
        SegmentHeader next = next();
        if (next == null) {
            end();
            return;
        }
        under = new SegmentScrub(parts.means(), next, this::scrubbed);
        under.start();
    }

    private void repairSuperblocks() {
        try {
            admin.repairSuperblocks();
        } catch (StoreException e) {
            LOG.error("A superblock cannot be repaired", e);
        }
    }

    private @Nullable SegmentHeader next() {
        return admin.after(progress.cursor(), parts.complete());
    }

    private void end() {
        progress = progress.ended(parts.loop().wallClockMicros());
        save();
        if (progress.damaged() > 0) {
            LOG.error(
                    "The scrub has seen {} segments, repaired {} blocks of 4 KiB, and found {} that no disk has any"
                            + " more: where volumes need them they read as medium errors",
                    progress.done(),
                    progress.repaired(),
                    progress.damaged());
        } else {
            LOG.info(
                    "The scrub has seen {} segments and repaired {} blocks of 4 KiB",
                    progress.done(),
                    progress.repaired());
        }
        finished();
    }

    private void scrubbed(long segment, long repaired, long damaged) {
        under = null;
        // A segment that was left in the middle is seen again.
        progress = progress.found(repaired, damaged);
        progress = stopped ? progress : progress.seen(segment);
        if (parts.loop().nanoTime() - savedNanos > SAVE_NANOS) {
            save();
        }
        if (stopped) {
            finished();
            return;
        }
        resting = true;
        parts.pace().rest(Pace.Urgency.LOW, () -> {
            resting = false;
            step();
        });
    }

    private void finished() {
        Runnable then = ended;
        if (then != null) {
            ended = null;
            then.run();
        }
    }
}
