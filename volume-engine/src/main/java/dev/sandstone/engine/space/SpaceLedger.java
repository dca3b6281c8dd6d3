package dev.sandstone.engine.space;

import java.util.ArrayDeque;

/**
 * What is in the segments: payload written, and how much of it is live.
 *
 * <p>Live bytes are counted in three places, as the version of a block moves through them: the overlay's active part,
 * its closed parts, the tables (head and history). Only the last is stored, in the batch that changes them. Until a fold has
 * noticed that a version was displaced it still counts as live: the figures err on that side by what is not folded.
 * They choose victims; they never decide that a segment is free.
 *
 * <p>Confined to the shard's loop. Unit: bytes.
 */
public final class SpaceLedger {
    private final long segmentBytes;
    private final SegmentCounts payload = new SegmentCounts();
    private final SegmentCounts room = new SegmentCounts();
    private final SegmentCounts head = new SegmentCounts();
    private final SegmentCounts lent = new SegmentCounts();
    private SegmentCounts active = new SegmentCounts();
    private final ArrayDeque<SegmentCounts> closed = new ArrayDeque<>();
    private long used;

    /** @param segmentBytes size of every segment, header included */
    public SpaceLedger(long segmentBytes) {
        this.segmentBytes = segmentBytes;
    }

    // segments, told by who writes them

    /**
     * A segment is in use.
     *
     * @param payloadBytes payload in it so far
     * @param roomBytes what may still be appended to it, 0 when sealed
     */
    public void opened(long segment, long payloadBytes, long roomBytes) {
        used++;
        payload.add(segment, payloadBytes);
        room.add(segment, roomBytes);
    }

    /**
     * Records were appended.
     *
     * @param payloadBytes payload they carry
     * @param roomBytes what may still be appended
     */
    public void appended(long segment, long payloadBytes, long roomBytes) {
        payload.add(segment, payloadBytes);
        room.add(segment, roomBytes - room.get(segment));
    }

    /** No more is appended. */
    public void sealed(long segment) {
        room.add(segment, -room.get(segment));
    }

    /** The segment is given back to the store. */
    public void freed(long segment) {
        used--;
        payload.add(segment, -payload.get(segment));
        lent.add(segment, -lent.get(segment));
        sealed(segment);
    }

    // blocks that are shown by others, too, told by the map

    /** So many bytes of the segment are shown by one more who does not own their record. */
    public void lent(long segment, long bytes) {
        lent.add(segment, bytes);
    }

    /** What is lent was counted anew. */
    public void lentAnew(SegmentCounts counted, SegmentCounts since) {
        lent.clear();
        lent.addAll(counted);
        lent.addAll(since);
        lent.prune();
    }

    /** Bytes of the segment that are shown beyond its payload, about: what has gone counts until it is counted anew. */
    public long lentBytes(long segment) {
        return lent.get(segment);
    }

    // versions, told by the map

    /** The overlay has a new version there. */
    public void written(long segment, long bytes) {
        active.add(segment, bytes);
    }

    /** The overlay dropped a version of its active part. */
    public void superseded(long segment, long bytes) {
        active.add(segment, -bytes);
    }

    /** The overlay's active part is closed; parts are folded in the order in which they are closed. */
    public void close() {
        closed.add(active);
        active = new SegmentCounts();
    }

    /** The oldest closed part is in the tables now, which changed by this much. */
    public void folded(SegmentCounts change) {
        closed.remove();
        displaced(change);
    }

    /** The tables changed by this much. */
    public void displaced(SegmentCounts change) {
        head.addAll(change);
        head.prune();
    }

    // figures

    /** Live bytes of a segment. */
    public long live(long segment) {
        long live = head.get(segment) + active.get(segment);
        for (SegmentCounts part : closed) {
            live += part.get(segment);
        }
        return live;
    }

    /**
     * Bytes of a segment's payload that somebody shows, about: with blocks that several show, {@link #live} counts each of
     * those, and may be more than there is.
     */
    public long needed(long segment) {
        long live = live(segment);
        long more = lent.get(segment);
        long whole = payload(segment);
        return more == 0 ? live : (long) ((double) live * whole / (whole + more));
    }

    /** Live bytes of a segment in the tables, exact. */
    public long liveInHead(long segment) {
        return head.get(segment);
    }

    /** Payload bytes of a segment, live or not. */
    public long payload(long segment) {
        return payload.get(segment);
    }

    public long liveBytes() {
        long live = head.total() + active.total();
        for (SegmentCounts part : closed) {
            live += part.total();
        }
        return live;
    }

    public long payloadBytes() {
        return payload.total();
    }

    /** Segments in use. */
    public long usedSegments() {
        return used;
    }

    /** What may be appended to the segments that are open. */
    public long roomBytes() {
        return room.total();
    }

    /** Live bytes, those that several show once: a segment holds no more than was written to it. */
    private long occupiedBytes() {
        long[] sum = {0};
        payload.forEach((segment, bytes) -> sum[0] += Math.min(live(segment), bytes));
        return sum[0];
    }

    /**
     * The account of a shard.
     *
     * @param segments how many the store can hold
     * @param reserveBytes what is kept back, as far as it is there
     */
    public SpaceFigures figures(long segments, long reserveBytes) {
        long capacity = Math.multiplyExact(segments, segmentBytes);
        long untaken = (segments - used) * segmentBytes + room.total();
        long reserve = Math.min(reserveBytes, untaken);
        long live = occupiedBytes();
        long metadata = used * segmentBytes - room.total() - payload.total();
        return new SpaceFigures(capacity, live, payload.total() - live, untaken - reserve, reserve, metadata);
    }
}
