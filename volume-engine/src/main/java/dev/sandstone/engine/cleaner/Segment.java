package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.store.LogStream;

/**
 * A segment from its first byte to its reuse.
 *
 * <pre>
 *   OPEN --sealed--> SEALED --chosen--> CLEANING --no owner left--> DEAD --free barrier--> FREED
 *                      ^  ^                |
 *                      |  +---given up-----+----damaged----> QUARANTINED <--counted as live after all-- DEAD
 * </pre>
 *
 * <p>Confined to the shard's loop.
 */
public final class Segment {
    /** Where it is in its life. */
    public enum State {
        /** Records are appended. */
        OPEN,
        /** Complete; may be chosen for cleaning. */
        SEALED,
        /** Its live blocks are being moved. */
        CLEANING,
        /** No mapping names it; waits for the free barrier. */
        DEAD,
        /** Holds live data that cannot be read: kept, for what may still be read and for whoever repairs it. */
        QUARANTINED,
        /** Given back to the store. */
        FREED
    }

    private final long id;
    private final LogStream stream;
    private State state;
    private long lastLsn;
    private long usedBytes;
    private long barrierLsn;
    private long generation;

    Segment(long id, LogStream stream, State state, long lastLsn) {
        this.id = id;
        this.stream = stream;
        this.state = state;
        this.lastLsn = lastLsn;
    }

    public long id() {
        return id;
    }

    /** What it takes or took. */
    public LogStream stream() {
        return stream;
    }

    public State state() {
        return state;
    }

    /** The newest record in it. */
    public long lastLsn() {
        return lastLsn;
    }

    /** What was appended takes so much of it, its header included; 0 while nothing was, and not known once it is sealed. */
    long usedBytes() {
        return usedBytes;
    }

    void used(long bytes) {
        usedBytes = bytes;
    }

    /** The flushed map must cover this LSN before a dead segment may be reused. */
    public long barrierLsn() {
        return barrierLsn;
    }

    /** Reads up to this generation must have ended before a dead segment may be reused. */
    long generation() {
        return generation;
    }

    void sealed(long newestLsn) {
        state(State.SEALED);
        lastLsn = newestLsn;
    }

    void state(State next) {
        if (!legal(state, next)) {
            throw new IllegalStateException("segment " + id + ": " + state + " -> " + next);
        }
        state = next;
    }

    /** @param unreferencedLsn the newest LSN when the last owner had gone */
    void dead(long unreferencedLsn, long readGeneration) {
        state(State.DEAD);
        barrierLsn = Math.max(unreferencedLsn, lastLsn);
        generation = readGeneration;
    }

    private static boolean legal(State from, State to) {
        return switch (from) {
            case OPEN -> to == State.SEALED;
            case SEALED -> to == State.CLEANING;
            case CLEANING -> to == State.SEALED || to == State.DEAD || to == State.QUARANTINED;
            case DEAD -> to == State.FREED || to == State.QUARANTINED;
            case QUARANTINED, FREED -> false;
        };
    }

    @Override
    public String toString() {
        return "segment " + id + " " + state;
    }
}
