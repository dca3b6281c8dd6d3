package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.log.SegmentAudit;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.store.CopyJob;
import dev.sandstone.engine.store.MirrorAdmin;
import dev.sandstone.engine.store.MirrorBalance;
import dev.sandstone.engine.store.MirrorStore;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives segments the copies they lack: those with one copy first, one after the other, onto the free space of all disks.
 * What a disk may have lost of a segment that it has is written anew where it was. Empties disks that are to be left. When
 * nothing lacks copies, or no room is left for them, moves copies to disks whose free slots have no partners
 * ({@link MirrorBalance}).
 *
 * <p>Each piece is taken from whichever copy is as its checksums say, written, and read back from the medium before the
 * copy counts. A crash leaves nothing half: what is lacking is found anew.
 *
 * <p>Confined to the loop; disks are read and written on the executor.
 */
public final class Rebuilder {
    private static final Logger LOG = LoggerFactory.getLogger(Rebuilder.class);

    /** So many segments must still fit for others. */
    private static final int KEPT_SLOTS = SegmentTable.CLEANER_SLOTS + 2;

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ShardLoop loop;
    private final MirrorStore store;
    private final MirrorAdmin admin;
    private final MirrorBalance balance;
    private final Executor executor;
    private final LongPredicate complete;
    private final LongPredicate watched;
    private final BooleanSupplier roomy;
    private final Pace pace;
    private final Set<Long> skipped = new HashSet<>();
    private boolean busy;
    private boolean moving;
    private boolean poked;
    private boolean yields;
    private boolean timed;
    private boolean stopped;
    private @Nullable SegmentScrub mending;
    private @Nullable Runnable ended;
    private @Nullable String waits;
    private long done;
    private long moved;

    /**
     * What it works with.
     *
     * @param executor reads and writes the disks
     * @param complete whether nothing is appended to the segment any more, and it is not given back yet
     * @param watched whether somebody looks at each of its copies now, so that none may go away
     * @param roomy whether a slot can be taken that no write was promised
     */
    public record Parts(
            ShardLoop loop,
            MirrorStore store,
            Executor executor,
            LongPredicate complete,
            LongPredicate watched,
            BooleanSupplier roomy,
            Pace pace) {}

    public Rebuilder(Parts parts) {
        loop = parts.loop();
        store = parts.store();
        executor = parts.executor();
        complete = parts.complete();
        watched = parts.watched();
        roomy = parts.roomy();
        pace = parts.pace();
        admin = store.admin();
        balance = admin.balance();
    }

    /** Something changed that may call for it. */
    public void poke() {
        poked = true;
        if (!busy && !stopped && !admin.isAlone()) {
            next();
        }
    }

    /** Ends after the step under way, then runs the task. */
    public void stop(Runnable then) {
        stopped = true;
        SegmentScrub all = mending;
        if (all != null) {
            all.cancel();
        }
        if (busy) {
            ended = then;
        } else {
            then.run();
        }
    }

    /** Segments copied since there was nothing to do last. */
    public long done() {
        return done;
    }

    /** Copies that moved to make room since there was nothing to move last. */
    public long moved() {
        return moved;
    }

    /** So many are to move yet, about: fewer where segments have copies there already. */
    public long toMove() {
        return makesRoom() ? Math.max(1, balance.most()) : 0;
    }

    /** Why nothing goes on although there is something to do. */
    public Optional<String> waits() {
        return busy ? Optional.empty() : Optional.ofNullable(waits);
    }

    /** Whether copies move, or can, so that more segments will fit than do now. */
    public boolean makesRoom() {
        return !stopped && (moving || balance.next(this::isUsable) != 0 || balance.surplus(this::isUsable) != 0);
    }

    private boolean isUsable(long segment) {
        return complete.test(segment) && !skipped.contains(segment);
    }

    private void next() {
        moving = false;
        poked = false;
        long segment = admin.neediest(this::isUsable);
        if (segment == 0) {
            conclude();
            return;
        }
        if (admin.isDoubted(segment)) {
            mend(segment);
            return;
        }
        CopyJob job = roomy.getAsBoolean() ? admin.begin(segment, KEPT_SLOTS) : null;
        if (job != null) {
            waits = null;
            start(new Copying(job));
            return;
        }
        waits = "no other disk has room: delete data, add a disk or make one larger";
        // Room that has no partner may be where the copies are already.
        if (!makeRoom(false)) {
            later();
        }
    }

    private void start(Copying copying) {
        busy = true;
        copying.job.allocate(failure -> {
            if (failure == null) {
                copying.prepare();
            } else {
                copying.giveUp(failure);
            }
        });
    }

    // copies on other disks

    /**
     * Begins a step by which more segments fit; false when there is none.
     *
     * @param yielding whether it is given up when a segment lacks a copy meanwhile
     */
    private boolean makeRoom(boolean yielding) {
        yields = yielding;
        long surplus = balance.surplus(this::isUsable);
        if (surplus != 0) {
            busy = true;
            moving = true;
            dropSurplus(surplus);
            return true;
        }
        long segment = balance.next(this::isUsable);
        CopyJob job = segment == 0 ? null : balance.begin(segment);
        if (job != null) {
            moving = true;
            start(new Copying(job));
            return true;
        }
        if (segment != 0) {
            skipped.add(segment);
            later();
        }
        if (moved > 0) {
            LOG.info("{} copies were moved so that more segments fit: {} now", moved, store.slots());
        }
        moved = 0;
        return false;
    }

    /** Its slot gets another life: not while anybody reads it for its own sake, or mends it. */
    private void dropSurplus(long segment) {
        admin.afterRepairs(segment, () -> {
            if (stopped) {
                over(segment, true);
            } else if (!watched.test(segment)) {
                balance.drop(segment, failure -> {
                    moved += failure == null ? 1 : 0;
                    over(segment, failure == null);
                });
            } else if (isNeededElsewhere(segment)) {
                over(segment, true);
            } else {
                dropSurplus(segment);
            }
        });
    }

    /** Whether something else than what is being moved lacks a copy. */
    private boolean isNeededElsewhere(long segment) {
        boolean asked = moving && poked && yields;
        poked &= !asked;
        long needy = asked ? admin.neediest(this::isUsable) : 0;
        return needy != 0 && needy != segment;
    }

    /** Its disk has room for it already. */
    private void mend(long segment) {
        SegmentHeader header = admin.header(segment);
        if (header == null) {
            over(segment, false);
            return;
        }
        waits = null;
        busy = true;
        long losses = admin.losses();
        SegmentScrub.Means means = new SegmentScrub.Means(loop, store, executor, pace, urgency(segment));
        SegmentScrub all = new SegmentScrub(
                means, header, (id, repaired, damaged) -> admin.afterRepairs(id, () -> mended(id, losses)));
        mending = all;
        all.start();
    }

    private void mended(long segment, long losses) {
        SegmentScrub all = mending;
        mending = null;
        boolean sawAll = all != null && all.sawAll();
        if (!sawAll && admin.isThere(segment)) {
            waits = "segment " + segment + " cannot be read as a whole from any disk: it stays as it is";
        }
        over(segment, sawAll && admin.assure(segment, losses));
    }

    private Pace.Urgency urgency(long segment) {
        return admin.isSingle(segment) ? Pace.Urgency.HIGH : Pace.Urgency.USUAL;
    }

    private void later() {
        if (!timed) {
            timed = true;
            loop.schedule(
                    () -> {
                        timed = false;
                        skipped.clear();
                        poke();
                    },
                    RETRY_NANOS);
        }
    }

    /** Nothing lacks a copy that could get one. */
    private void conclude() {
        if (done == 0 && admin.isSettled()) {
            waits = null;
            makeRoom(true);
            return;
        }
        MirrorAdmin.Counts counts = admin.counts();
        if (counts.todo() == 0) {
            if (done > 0) {
                LOG.info("All segments have {} copies again, {} were copied", counts.copies(), done);
            }
            done = 0;
            waits = null;
        } else if (counts.extra() == 0) {
            waits = "there are fewer disks than copies wanted: add a disk, or replace the one that has failed";
        }
        busy = true;
        admin.dropExtra(complete, failure -> {
            busy = false;
            try {
                admin.conclude();
            } catch (StoreException e) {
                LOG.error("A disk could not be let go", e);
            }
            if (stopped || !makeRoom(true)) {
                finished();
            }
        });
    }

    /** What could not be copied is tried again later, after what can be. */
    private void over(long segment, boolean copied) {
        busy = false;
        done += copied && !moving ? 1 : 0;
        if (stopped) {
            finished();
            return;
        }
        if (!copied) {
            skipped.add(segment);
            later();
        }
        next();
    }

    private void finished() {
        Runnable then = ended;
        if (then != null) {
            ended = null;
            then.run();
        }
    }

    /** One segment on its way to another disk. */
    private final class Copying {
        private final CopyJob job;
        private final Pace.Urgency urgency;
        private @Nullable SegmentAudit audit;
        private int piece;

        Copying(CopyJob job) {
            this.job = job;
            urgency = urgency(job.header().id());
        }

        void prepare() {
            work(() -> audit = SegmentAudit.of(store, job.header()), this::step);
        }

        private void step() {
            SegmentAudit of = audit;
            if (of == null) {
                waits = "segment " + job.header().id() + " has no sound footer on any disk: it stays as it is";
                LOG.error("{}", waits);
                giveUp(null);
            } else if (stopped || job.isInVain()) {
                giveUp(null);
            } else if (isNeededElsewhere(job.header().id())) {
                // Not its fault: it is moved when that is done.
                job.abandon(null);
                over(job.header().id(), true);
            } else if (piece == of.pieces()) {
                job.commit(failure -> over(job.header().id(), failure == null));
            } else {
                pace.begin();
                work(() -> copy(of, piece), () -> {
                    piece++;
                    pace.rest(urgency, this::step);
                });
            }
        }

        private void copy(SegmentAudit of, int number) throws StoreException {
            ByteBuffer right = of.right(number);
            ByteBuffer there = ByteBuffer.allocateDirect(right.limit() + SegmentStore.BLOCK_BYTES)
                    .alignedSlice(SegmentStore.BLOCK_BYTES)
                    .limit(right.limit());
            try {
                job.writeNow(of.offset(number), right);
                job.rereadNow(of.offset(number), there);
            } catch (StoreException e) {
                throw new TargetFailed(e);
            }
            if (!there.equals(right)) {
                throw new TargetFailed(
                        new StoreException(StoreException.Kind.IO, "the disk does not keep what is written to it"));
            }
        }

        private interface Work {
            void run() throws StoreException;
        }

        private void work(Work task, Runnable then) {
            try {
                executor.execute(() -> {
                    try {
                        task.run();
                        loop.execute(then);
                    } catch (TargetFailed e) {
                        loop.execute(() -> failed(e.why, e.why));
                    } catch (StoreException | RuntimeException e) {
                        loop.execute(() -> failed(e, null));
                    }
                });
            } catch (RejectedExecutionException closing) {
                giveUp(null);
            }
        }

        private void failed(Exception why, @Nullable StoreException target) {
            LOG.warn("Segment {} could not be copied", job.header().id(), why);
            giveUp(target);
        }

        /** @param target why the disk that gets the copy is not to be used any more; null when it is not to blame */
        private void giveUp(@Nullable StoreException target) {
            job.abandon(target);
            over(job.header().id(), false);
        }
    }

    /** The disk that gets the copy is to blame. */
    private static final class TargetFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient StoreException why;

        TargetFailed(StoreException why) {
            super(why);
            this.why = why;
        }
    }
}
