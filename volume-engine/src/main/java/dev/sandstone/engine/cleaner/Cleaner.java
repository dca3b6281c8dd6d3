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
public final class Cleaner {
    private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Parts parts;
    private final VictimChoice choice;
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
        this.choice = new VictimChoice(
                new VictimChoice.Parts(
                        parts.table(), parts.ledger(), parts.shared(), parts.governor(), parts.map()::advancedLsn),
                parts.policy());
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
        barrier.poke(choice.isShort());
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

    /**
     * Cleaning goes on, but no segment is given back until {@link #letGo}.
     *
     * @return whether this one is in the store and stays there
     */
    public boolean keep(long segment) {
        return barrier.keep(segment);
    }

    /** Ends {@link #keep}. */
    public void letGo() {
        barrier.letGo();
        poke();
    }

    /** Whether the segment is looked at, copy by copy. */
    public boolean keeps(long segment) {
        return barrier.keeps(segment);
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

    private void begin() {
        Evacuation under = evacuation;
        if (under != null) {
            step(under);
            return;
        }
        Segment next = choice.next(barrier.pending());
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
        return idle && (broken || choice.isNone());
    }

    /** A segment that could be cleaned if it were not open, for all that is known of what is alive; 0 when there is none. */
    public long wasteful() {
        return choice.wasteful();
    }

    // one victim

    private void step(Evacuation under) {
        evacuation = under;
        busy = true;
        under.step(choice.isUrgent());
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
        barrier.poke(choice.isShort());
        if (broken || (evacuation == null && choice.next(barrier.pending()) == null)) {
            return;
        }
        waiting = true;
        Runnable next = () -> {
            waiting = false;
            poke();
        };
        if (choice.isUrgent()) {
            parts.loop().execute(next);
        } else {
            parts.loop().schedule(next, PAUSE_NANOS);
        }
    }
}
