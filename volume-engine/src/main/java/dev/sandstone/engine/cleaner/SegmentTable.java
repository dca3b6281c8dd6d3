package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.space.SpaceLedger;
import dev.sandstone.engine.space.SpaceSupply;
import dev.sandstone.engine.store.LogStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a shard and how many more there can be.
 *
 * <p>Confined to the shard's loop.
 */
public final class SegmentTable implements SpaceSupply {
    /** Slots that no initiator's write gets, so that the cleaner can always move one victim. */
    public static final int CLEANER_SLOTS = 2;

    private static final int SCARCE_SLOTS = 2 * CLEANER_SLOTS;

    private final LogTraffic traffic = new LogTraffic();
    private final SpaceLedger ledger;
    private StoreShape shape;
    private final LongSupplier metadataRoom;
    private final TreeMap<Long, Segment> segments = new TreeMap<>();
    private final List<Segment> open = new ArrayList<>();
    private final List<Segment> sealed = new ArrayList<>();
    private final ArrayDeque<Segment> dead = new ArrayDeque<>();
    /** Where initiators' writes go now, and what cleaning moves; 0 when they need a new segment. */
    private long userSegment;

    private long cleanSegment;
    private long userRoom;
    private long cleanRoom;
    private boolean exhausted;

    /**
     * What the store offers.
     *
     * @param slots how many segments it holds
     * @param segmentBytes size of each
     * @param wasteBytes most that stays unused at a segment's end, header and footer included
     */
    public record StoreShape(long slots, long segmentBytes, long wasteBytes) {
        /** The reserve, the cleaner's slots included, is this part of the pool. */
        private static final long RESERVE_PART = 33;

        private static final int STEP_PART = 16;
        private static final double LEAST_BENEFIT = 0.07;

        /** A record of 1 MiB may find the rest of a segment too small. */
        private static final long WASTE_BYTES = (1 << 20) + (64 << 10);

        /** The same with another number of slots. */
        StoreShape withSlots(long count) {
            return new StoreShape(count, segmentBytes, wasteBytes);
        }

        public static StoreShape of(long slots, long segmentBytes) {
            return new StoreShape(slots, segmentBytes, Math.min(WASTE_BYTES, segmentBytes / 2));
        }

        /** What a segment surely takes of records. */
        long usableBytes() {
            return segmentBytes - wasteBytes;
        }

        /** What UNMAP and deletions may take and writes may not, the cleaner's slots not counted: a segment at least. */
        long reserveBytes() {
            return Math.max(slots * segmentBytes / RESERVE_PART - CLEANER_SLOTS * segmentBytes, segmentBytes);
        }

        /** Blocks that cleaning moves at a time: so few that it fills segments well. */
        int stepBlocks() {
            return Math.clamp(segmentBytes / STEP_PART / Evacuation.BLOCK_BYTES, 1, Evacuation.MOST_STEP_BLOCKS);
        }

        /** The most log space a step can take. */
        long stepBytes() {
            return Evacuation.logBytes(stepBlocks());
        }

        /** The most log space that so many bytes take when cleaning moves them. */
        long movedBytes(long liveBytes) {
            return liveBytes / Evacuation.BLOCK_BYTES * stepBytes() / stepBlocks();
        }

        /** Garbage below this part of a segment is left: a segment that cleaning has filled must not be a victim. */
        double leastBenefit() {
            double unfilled = (double) (stepBytes() + 4 * Evacuation.BLOCK_BYTES) / segmentBytes;
            return Math.max(LEAST_BENEFIT, unfilled + LEAST_BENEFIT / 3);
        }
    }

    /** @param metadataRoom bytes the metadata's file system can still take */
    public SegmentTable(SpaceLedger ledger, StoreShape shape, LongSupplier metadataRoom) {
        this.ledger = ledger;
        this.shape = shape;
        this.metadataRoom = metadataRoom;
    }

    public StoreShape shape() {
        return shape;
    }

    /** What was appended to the segments since the pool was opened. */
    public LogTraffic traffic() {
        return traffic;
    }

    LogStream stream(long id) {
        return segment(id).stream();
    }

    /** The store has more slots now, or fewer. */
    public void resized(long slots) {
        shape = shape.withSlots(slots);
    }

    /** A segment that was there when the pool was opened; no more is appended to it. */
    public void found(long id, long lastLsn, long payloadBytes) {
        Segment segment = new Segment(id, LogStream.USER, Segment.State.SEALED, lastLsn);
        segments.put(id, segment);
        sealed.add(segment);
        ledger.opened(id, payloadBytes, 0);
    }

    public long freeSlots() {
        return shape.slots() - segments.size();
    }

    /** Whether so few slots are free that cleaning must not use one in vain. */
    boolean isScarce() {
        return freeSlots() <= SCARCE_SLOTS;
    }

    /** A segment takes a free slot. */
    public void opened(long id, LogStream stream) {
        Segment segment = new Segment(id, stream, Segment.State.OPEN, 0);
        segments.put(id, segment);
        open.add(segment);
        ledger.opened(id, 0, shape.usableBytes());
        if (stream == LogStream.USER) {
            userSegment = id;
            userRoom = shape.usableBytes();
        } else {
            cleanSegment = id;
            cleanRoom = 0;
        }
    }

    /** Blocks were appended. */
    public void appended(long id, long payloadBytes, long roomBytes) {
        ledger.appended(id, payloadBytes, roomBytes);
        segment(id).used(shape.segmentBytes() - roomBytes);
        if (id == userSegment) {
            userRoom = Math.max(0, roomBytes - shape.wasteBytes());
        } else if (id == cleanSegment) {
            cleanRoom = roomBytes;
        }
    }

    /** No more is appended: what was left of it is no room any more. */
    public void left(long id) {
        ledger.sealed(id);
        if (id == userSegment) {
            userSegment = 0;
            userRoom = 0;
        } else if (id == cleanSegment) {
            cleanSegment = 0;
            cleanRoom = 0;
        }
    }

    public void sealed(long id, long lastLsn) {
        Segment segment = segment(id);
        segment.sealed(lastLsn);
        open.remove(segment);
        sealed.add(segment);
        ledger.sealed(id);
    }

    /** Segments that may be chosen for cleaning; a live view. */
    public List<Segment> sealed() {
        return sealed;
    }

    /** Segments without a footer yet; a live view. */
    List<Segment> open() {
        return open;
    }

    public void cleaning(Segment segment) {
        segment.state(Segment.State.CLEANING);
        sealed.remove(segment);
    }

    /** Cleaning did not come to its end. */
    public void givenUp(Segment segment) {
        segment.state(Segment.State.SEALED);
        sealed.add(segment);
    }

    public void quarantined(Segment segment) {
        segment.state(Segment.State.QUARANTINED);
    }

    public void dead(Segment segment, long unreferencedLsn, long generation) {
        segment.dead(unreferencedLsn, generation);
        dead.add(segment);
    }

    /** The dead segment that waits longest for the free barrier. */
    public @Nullable Segment oldestDead() {
        return dead.peek();
    }

    public int deadCount() {
        return dead.size();
    }

    /** The slot of the oldest dead segment is the store's again. */
    public void freed(Segment segment) {
        if (!segment.equals(dead.poll())) {
            throw new IllegalStateException(segment + " is not the oldest dead one");
        }
        segment.state(Segment.State.FREED);
        segments.remove(segment.id());
        ledger.freed(segment.id());
    }

    /** The oldest dead segment is not dead after all. */
    public void disputed(Segment segment) {
        if (!segment.equals(dead.poll())) {
            throw new IllegalStateException(segment + " is not the oldest dead one");
        }
        segment.state(Segment.State.QUARANTINED);
    }

    /** Bytes in it that the stored map refers to, exact. */
    public long liveInHead(Segment segment) {
        return ledger.liveInHead(segment.id());
    }

    /** Whether blocks of the segment may be shared: not while it is being emptied, or is on its way back. */
    public boolean mayShare(long id) {
        Segment segment = segments.get(id);
        return segment != null && (segment.state() == Segment.State.OPEN || segment.state() == Segment.State.SEALED);
    }

    /** Whether nobody is emptying the segment, or giving it back: what lies in it, sound or not, stays. */
    public boolean stays(long id) {
        Segment segment = segments.get(id);
        return mayShare(id) || (segment != null && segment.state() == Segment.State.QUARANTINED);
    }

    public boolean knows(long id) {
        return segments.containsKey(id);
    }

    /** Whether a slot may go to something else than the log, given what was promised and what is kept back. */
    public boolean canSpareSlot(long tickets, long reserveBytes) {
        return freeBytes() - shape.segmentBytes() >= tickets + reserveBytes;
    }

    /** Whether it is in use and nothing is appended to it any more. */
    public boolean isComplete(long id) {
        Segment segment = segments.get(id);
        return segment != null && segment.state() != Segment.State.OPEN && segment.state() != Segment.State.DEAD;
    }

    /** All segments in use, in order of their ids. */
    public List<Segment> all() {
        return new ArrayList<>(segments.values());
    }

    private Segment segment(long id) {
        Segment segment = segments.get(id);
        if (segment == null) {
            throw new IllegalStateException("no segment " + id);
        }
        return segment;
    }

    /**
     * Whether cleaning may append so much: into its open segment, or into a new one that no ticket counts on.
     *
     * @param tickets bytes promised to writes
     */
    public boolean mayMove(long bytes, long tickets) {
        return cleanRoom >= bytes || (freeSlots() > 0 && lastBytes() >= tickets);
    }

    /** Without what only the cleaner may take. */
    @Override
    public long freeBytes() {
        return Math.max(0, freeSlots() - CLEANER_SLOTS) * shape.usableBytes() + userRoom;
    }

    /** All but one slot, without which cleaning could not begin. */
    @Override
    public long lastBytes() {
        return Math.max(0, freeSlots() - 1) * shape.usableBytes() + userRoom;
    }

    @Override
    public long displacingBytes() {
        long spare = Math.clamp(cleanRoom - shape.wasteBytes(), 0, shape.usableBytes());
        return Math.max(0, (freeSlots() - CLEANER_SLOTS) * shape.usableBytes() + spare) + userRoom;
    }

    @Override
    public long reserveBytes() {
        return shape.reserveBytes();
    }

    /** Says whether it is certain now that cleaning can add nothing. */
    public void exhausted(boolean certain) {
        exhausted = certain;
    }

    /** While that is not certain, all that is in use may be garbage. */
    @Override
    public long reclaimableBytes() {
        return exhausted ? 0 : segments.size() * shape.segmentBytes();
    }

    /** Bytes that writes never get, beside the reserve: the cleaner's slots, and what is not worth cleaning. */
    public long keptBytes() {
        long capacity = shape.slots() * shape.segmentBytes();
        return CLEANER_SLOTS * shape.segmentBytes() + (long) (capacity * shape.leastBenefit());
    }

    @Override
    public long metadataRoomBytes() {
        return metadataRoom.getAsLong();
    }
}
