package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.log.LogRecord;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.space.SharedSegments;
import dev.sandstone.engine.space.SpaceGovernor;
import dev.sandstone.engine.space.SpaceLedger;
import dev.sandstone.engine.store.SegmentStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the space of segments that hold little or nothing alive.
 *
 * <p>It waits as long as there is room, because garbage grows by itself and a victim costs less the longer it waits;
 * only segments that seem empty are taken at once. One victim at a time, one step at a time; without pause when space
 * is short, else at a pace that leaves the disk to others.
 *
 * <p>Confined to the shard's loop.
 */
public final class Cleaner implements VictimPolicy.Facts {
    private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int LOW_SEGMENTS = 2;
    private static final int LOW_PART = 100;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Parts parts;
    private final Evacuation.Tools tools;
    private final FreeBarrier barrier;
    private final ByteBuffer buffer;
    private @Nullable Evacuation evacuation;
    private Runnable freed = () -> {};
    private boolean busy;
    private boolean waiting;
    private boolean broken;
    private boolean paused;
    private @Nullable Runnable pausing;

    /** What the cleaner works with. */
    public record Parts(
            ShardLoop loop,
            SegmentTable table,
            SpaceLedger ledger,
            SharedSegments shared,
            SpaceGovernor governor,
            BlockMap map,
            SegmentStore store,
            SegmentContents contents,
            Pins pins,
            VictimPolicy policy) {}

    /** Port: the log as the cleaner writes to it. */
    public interface Log {
        /** Gives the record the next LSN; 0 when the log has failed, and then the record is never told. */
        long append(LogRecord record);

        /** A relocation is durable: the map is to follow it. */
        void moved(long lsn, Relocation move, long pointer);

        /** Records that versions which show moved data by reference follow it; the map does when they are durable. */
        void lead(List<MovedReference> moved, Led done);

        /** A relocation may be lost, and all later records: the log has failed. */
        void failed();
    }

    /** Told on the loop what became of that. */
    @FunctionalInterface
    public interface Led {
        /** @param ok false when the log has failed */
        void led(boolean ok);
    }

    public Cleaner(Parts parts, Log log) {
        this.parts = parts;
        this.buffer = ByteBuffer.allocateDirect(parts.table().shape().stepBlocks() * Evacuation.BLOCK_BYTES);
        this.tools = new Evacuation.Tools(parts.map(), parts.store(), log, this::mayMove);
        this.barrier = new FreeBarrier(parts.loop(), parts.map(), parts.pins(), parts.table(), parts.store());
        barrier.onFreed(this::freed);
    }

    /** Something changed that may call for cleaning: less room, more garbage, a write that waits. */
    public void poke() {
        if (paused) {
            told();
            return;
        }
        barrier.poke(isShort());
        if (!busy && !waiting && !broken) {
            begin();
        }
    }

    /** Stops after the step under way, gives no segment back any more, then runs the task; {@link #resume} goes on. */
    public void pause(Runnable whenPaused) {
        paused = true;
        pausing = whenPaused;
        barrier.hold(true);
        told();
    }

    private void told() {
        Runnable task = pausing;
        if (task != null && !busy && !barrier.busy()) {
            pausing = null;
            task.run();
        }
    }

    public void resume() {
        paused = false;
        barrier.hold(false);
        poke();
    }

    /** The task is run after each segment that was given back. */
    public void onFreed(Runnable task) {
        freed = task;
    }

    private void freed() {
        parts.governor().supplied();
        freed.run();
        poke();
    }

    // whether to clean

    /** Less room than this beside the reserve, and victims are sought. */
    private long low() {
        SegmentTable.StoreShape shape = parts.table().shape();
        return parts.governor().reserveBytes()
                + Math.max(LOW_SEGMENTS * shape.segmentBytes(), shape.slots() * shape.segmentBytes() / LOW_PART);
    }

    private long room() {
        return parts.table().freeBytes() - parts.governor().tickets();
    }

    private boolean isShort() {
        return parts.governor().wanting() || room() < low();
    }

    private boolean isUrgent() {
        return parts.governor().wanting() || room() < (low() + parts.governor().reserveBytes()) / 2;
    }

    private void begin() {
        Evacuation under = evacuation;
        if (under != null) {
            step(under);
            return;
        }
        Segment next = choose();
        if (next == null) {
            return;
        }
        busy = true;
        parts.table().cleaning(next);
        parts.contents().read(next.id(), parts.ledger().payload(next.id()), records -> {
            if (records == null) {
                LOG.error("{} does not tell all that it holds; it is kept as it is", next);
                parts.table().quarantined(next);
                stepped();
            } else {
                Evacuation first = new Evacuation(tools, next, records, buffer, this::ended);
                if (parts.shared().holds(next.id()) && parts.ledger().live(next.id()) > 0) {
                    first.lends();
                }
                if (parts.table().isScarce()) {
                    first.rehearse();
                }
                step(first);
            }
        });
    }

    /** Whether there is nothing to gain: no victim under way, none worth it, none dead. As exact as the ledger is. */
    public boolean exhausted() {
        boolean idle = evacuation == null && !busy && !barrier.pending();
        return idle && (broken || parts.policy().choose(parts.table().sealed(), this, true) == null);
    }

    private @Nullable Segment choose() {
        boolean seek = isShort();
        if (seek && barrier.pending() && parts.table().freeSlots() <= SegmentTable.CLEANER_SLOTS) {
            // What is dead already comes back first; moving more now would take the slots it is to refill.
            return null;
        }
        Segment best = parts.policy().choose(parts.table().sealed(), this, isUrgent());
        return best != null && (seek || liveBytes(best) == 0) ? best : null;
    }

    @Override
    public long liveBytes(Segment segment) {
        SharedSegments shared = parts.shared();
        boolean left = shared.isGrowing(segment.id())
                || (shared.isTangled(segment.id()) && parts.ledger().live(segment.id()) > 0);
        return left ? segmentBytes() : parts.ledger().needed(segment.id());
    }

    @Override
    public long segmentBytes() {
        return parts.table().shape().segmentBytes();
    }

    @Override
    public double leastBenefit() {
        return parts.table().shape().leastBenefit();
    }

    @Override
    public long now() {
        return parts.map().advancedLsn();
    }

    // one victim

    private void step(Evacuation under) {
        evacuation = under;
        busy = true;
        under.step(isUrgent());
    }

    private boolean mayMove(long logBytes) {
        return parts.table().mayMove(logBytes, parts.governor().tickets());
    }

    private void ended(Evacuation.Outcome outcome) {
        Evacuation under = evacuation;
        if (under == null) {
            throw new IllegalStateException("no segment is being cleaned");
        }
        switch (outcome) {
            case MORE -> stepped();
            case EMPTY -> {
                evacuation = null;
                barrier.dead(under.segment());
                stepped();
            }
            case DAMAGED -> {
                LOG.error("{} holds live data that is damaged; it is kept, and reads of it fail", under.segment());
                evacuation = null;
                parts.table().quarantined(under.segment());
                stepped();
            }
            case TANGLED -> {
                LOG.warn("{} is left until nothing in it is alive: too many show what it holds", under.segment());
                evacuation = null;
                parts.shared().tangled(under.segment().id());
                parts.table().givenUp(under.segment());
                stepped();
            }
            // Without room: a dead segment comes back soon, or an UNMAP makes one.
            case GIVEN_UP, NO_ROOM -> giveUp(under);
            case FAILED -> {
                LOG.error("Cleaning has ended, because the map or the log has failed");
                evacuation = null;
                parts.table().givenUp(under.segment());
                broken = true;
                stepped();
            }
        }
    }

    private void giveUp(Evacuation under) {
        LOG.debug("Cleaning of {} was given up for now", under.segment());
        evacuation = null;
        parts.table().givenUp(under.segment());
        broken = true;
        parts.loop()
                .schedule(
                        () -> {
                            broken = false;
                            poke();
                        },
                        RETRY_NANOS);
        stepped();
    }

    private void stepped() {
        busy = false;
        if (paused) {
            told();
            return;
        }
        barrier.poke(isShort());
        if (broken || (evacuation == null && choose() == null)) {
            return;
        }
        waiting = true;
        Runnable next = () -> {
            waiting = false;
            poke();
        };
        if (isUrgent()) {
            parts.loop().execute(next);
        } else {
            parts.loop().schedule(next, PAUSE_NANOS);
        }
    }
}
