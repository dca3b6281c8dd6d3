package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.space.SharedSegments;
import dev.sandstone.engine.space.SpaceGovernor;
import dev.sandstone.engine.space.SpaceLedger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When to clean, and what: the state of a pool in the terms of the {@link VictimPolicy}.
 *
 * <p>Confined to the shard's loop.
 */
final class VictimChoice implements VictimPolicy.Facts {
    private static final int LOW_SEGMENTS = 2;
    private static final int LOW_PART = 100;

    /** A pool of which less than this part is not alive keeps no more free than it must: there each victim costs much. */
    private static final int TIGHT_PART = 8;

    /** Of what is not alive beyond that, this part is kept free. */
    private static final int SPARE_PART = 8;

    /** For less than this part of a segment none is sealed before it is full. */
    private static final int LEAST_PART = 64;

    /** Of all payload, live or not. */
    private static final double NEARLY_FULL = 0.9;

    private final SegmentTable table;
    private final SpaceLedger ledger;
    private final SharedSegments shared;
    private final SpaceGovernor governor;
    private final LongSupplier newestLsn;
    private final VictimPolicy policy;

    /**
     * What it looks at.
     *
     * @param newestLsn in the map
     */
    record Parts(
            SegmentTable table,
            SpaceLedger ledger,
            SharedSegments shared,
            SpaceGovernor governor,
            LongSupplier newestLsn) {}

    VictimChoice(Parts parts, VictimPolicy policy) {
        table = parts.table();
        ledger = parts.ledger();
        shared = parts.shared();
        governor = parts.governor();
        newestLsn = parts.newestLsn();
        this.policy = policy;
    }

    /**
     * Less room than this beside the reserve, and victims are sought: where a good part of the pool is not alive so early that
     * writers need not wait until the map is flushed, which each segment that comes back must.
     */
    private long low() {
        SegmentTable.StoreShape shape = table.shape();
        long capacity = shape.slots() * shape.segmentBytes();
        long spare = capacity - capacity / TIGHT_PART - governor.reserveBytes() - ledger.liveBytes();
        long least = Math.max(LOW_SEGMENTS * shape.segmentBytes(), capacity / LOW_PART);
        return governor.reserveBytes() + Math.max(least, spare / SPARE_PART);
    }

    private long room() {
        return table.freeBytes() - governor.tickets();
    }

    /** Whether victims are sought: garbage grows by itself, and a victim costs less the longer it waits. */
    boolean isShort() {
        return governor.wanting() || room() < low();
    }

    /** Whether cleaning should not pause. */
    boolean isUrgent() {
        return governor.wanting() || room() < (low() + governor.reserveBytes()) / 2;
    }

    /**
     * The segment to clean now; null when none is.
     *
     * @param coming whether dead segments are on their way back
     */
    @Nullable
    Segment next(boolean coming) {
        boolean seek = isShort();
        if (seek && coming && table.freeSlots() <= SegmentTable.CLEANER_SLOTS) {
            // What is dead already comes back first; moving more now would take the slots it is to refill.
            return null;
        }
        Segment best = policy.choose(table.sealed(), this, seek, isNearlyFull());
        return best != null && (seek || liveBytes(best) == 0) ? best : null;
    }

    /** Whether no segment is worth cleaning. */
    boolean isNone() {
        return policy.choose(table.sealed(), this, true, true) == null;
    }

    /**
     * An open segment that had better be sealed, so that it can be cleaned: what is garbage in it is worth moving the rest, for
     * which there is a slot; 0 when there is none.
     */
    long wasteful() {
        for (Segment open : table.open()) {
            long gained = open.usedBytes() - table.shape().movedBytes(liveBytes(open));
            double least = Math.max(leastBenefit() * open.usedBytes(), (double) segmentBytes() / LEAST_PART);
            if (table.freeSlots() > 0 && gained >= least) {
                return open.id();
            }
        }
        return 0;
    }

    /** Whether so little of what was written is garbage that none is worth waiting for. */
    private boolean isNearlyFull() {
        return ledger.liveBytes() >= NEARLY_FULL * ledger.payloadBytes();
    }

    @Override
    public long liveBytes(Segment segment) {
        boolean left =
                shared.isGrowing(segment.id()) || (shared.isTangled(segment.id()) && ledger.live(segment.id()) > 0);
        return left ? segmentBytes() : ledger.needed(segment.id());
    }

    @Override
    public long segmentBytes() {
        return table.shape().segmentBytes();
    }

    @Override
    public double leastBenefit() {
        return table.shape().leastBenefit();
    }

    @Override
    public long now() {
        return newestLsn.getAsLong();
    }
}
