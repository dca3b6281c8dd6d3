package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.store.SegmentStore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a dead segment from reuse until nothing can need it any more (I17).
 *
 * <p>A segment without an owner goes back to the store when the flushed map covers the moment its last owner left and
 * its newest record, so that no crash brings back a map or a need for replay that names it (I13); when what was removed
 * of the map without a record, because nobody needed it, is flushed too; and when every read has ended that may have
 * looked it up before.
 *
 * <p>That nobody owns it was found by asking the map for each record that the segment names. A second, independent
 * witness is the count of the live bytes in the head table, exact once the fold covers the death: it must be zero. Else
 * the segment did not name all it holds, and it is kept.
 *
 * <p>Confined to the shard's loop.
 */
final class FreeBarrier {
    private static final Logger LOG = LoggerFactory.getLogger(FreeBarrier.class);
    private static final long LAZY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ShardLoop loop;
    private final BlockMap map;
    private final Pins pins;
    private final SegmentTable table;
    private final SegmentStore store;
    private Runnable freed = () -> {};
    private @Nullable Segment deleting;
    private boolean flushing;
    private boolean timed;
    private boolean hurry;
    private boolean held;
    private boolean kept;
    private long keptId;

    FreeBarrier(ShardLoop loop, BlockMap map, Pins pins, SegmentTable table, SegmentStore store) {
        this.loop = loop;
        this.map = map;
        this.pins = pins;
        this.table = table;
        this.store = store;
    }

    /** The task is run after each segment that was given back. */
    void onFreed(Runnable task) {
        freed = task;
    }

    /** Nothing in the segment is alive as of the newest closed record. */
    void dead(Segment segment) {
        table.dead(segment, map.advancedLsn(), pins.turn());
    }

    /** Frees what may be freed, or sees to it that it soon may. */
    void poke(boolean urgent) {
        hurry = urgent;
        Segment oldest = table.oldestDead();
        if (oldest == null || deleting != null || held || kept) {
            return;
        }
        if (map.flushedLsn() < oldest.barrierLsn()) {
            flush(urgent);
        } else if (!pins.drained(oldest.generation())) {
            later(PIN_NANOS);
        } else if (map.foldedLsn() < oldest.barrierLsn()) {
            // The store has it already; the counts come with the end of the fold.
            later(PIN_NANOS);
        } else if (table.liveInHead(oldest) == 0 && !map.mayComeBack(oldest.id())) {
            delete(oldest);
        } else if (table.liveInHead(oldest) == 0) {
            // The last versions in it were removed after the flush that covers the LSN: they, too, must not come back.
            flush(urgent);
        } else if (map.reaping()) {
            // What still counts is of a volume that was deleted: its runs are being removed.
            later(PIN_NANOS);
        } else {
            LOG.error("{} seemed empty, yet the map counts live data in it; it is kept as it is", oldest);
            table.disputed(oldest);
            poke(urgent);
        }
    }

    /** While held no segment is given back. */
    void hold(boolean on) {
        held = on;
    }

    /**
     * While kept no segment is given back.
     *
     * @return whether this one is in the store and stays there
     */
    boolean keep(long id) {
        kept = true;
        keptId = id;
        return table.knows(id) && (deleting == null || deleting.id() != id);
    }

    /** Ends {@link #keep}. */
    void letGo() {
        kept = false;
    }

    /** Whether it is this segment for which none is given back. */
    boolean keeps(long id) {
        return kept && keptId == id;
    }

    /** Whether a segment is on its way back. */
    boolean pending() {
        return table.oldestDead() != null;
    }

    /** Whether the store is giving one back now. */
    boolean busy() {
        return deleting != null;
    }

    private void flush(boolean now) {
        if (!now) {
            later(LAZY_NANOS);
            return;
        }
        if (flushing || map.failure() != null) {
            return;
        }
        flushing = true;
        map.flush(ok -> {
            flushing = false;
            if (ok) {
                poke(hurry);
            }
        });
    }

    private void later(long nanos) {
        if (timed) {
            return;
        }
        timed = true;
        loop.schedule(
                () -> {
                    timed = false;
                    // Whoever waited as long as that has waited long enough.
                    poke(true);
                },
                nanos);
    }

    private void delete(Segment segment) {
        deleting = segment;
        store.delete(segment.id(), failure -> {
            deleting = null;
            if (failure == null) {
                table.freed(segment);
            } else {
                LOG.error("{} could not be given back; no more will be", segment, failure);
                held = true;
            }
            freed.run();
            poke(hurry);
        });
    }
}
