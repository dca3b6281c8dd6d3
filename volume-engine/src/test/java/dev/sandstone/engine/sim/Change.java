package dev.sandstone.engine.sim;

/**
 * One operation that changes sectors, as the oracle sees it: begun and ended at ticks of the simulation, which say what
 * was before what.
 */
final class Change {
    private static final long NEVER = Long.MAX_VALUE;

    private final long id;
    private final String what;
    private final boolean zeros;
    private final boolean atomic;
    private final long begun;
    private long ended = NEVER;
    private boolean done;
    private boolean durable;

    /**
     * @param id what its sectors say
     * @param zeros whether its sectors read as zeros
     * @param atomic whether it takes effect wholly or not at all
     */
    Change(long id, String what, boolean zeros, boolean atomic, long begun) {
        this.id = id;
        this.what = what;
        this.zeros = zeros;
        this.atomic = atomic;
        this.begun = begun;
    }

    /** What a sector held from the beginning. */
    static Change nothing(long tick) {
        Change change = new Change(0, "nothing", true, false, 0);
        change.succeeded(tick);
        change.durable();
        return change;
    }

    long id() {
        return id;
    }

    boolean zeros() {
        return zeros;
    }

    boolean atomic() {
        return atomic;
    }

    /** It took effect. */
    void succeeded(long tick) {
        ended = Math.min(ended, tick);
        done = true;
    }

    boolean done() {
        return done;
    }

    /** No crash may take it back. */
    void durable() {
        durable = true;
    }

    boolean isDurable() {
        return durable;
    }

    /** Whether it took effect and ended before the tick. */
    boolean endedBefore(long tick) {
        return ended < tick;
    }

    /** Whether this one had ended when the other began: it cannot be the newer of the two. */
    boolean before(Change other) {
        return ended < other.begun;
    }

    boolean begunBefore(long tick) {
        return begun < tick;
    }

    boolean begunAfter(long tick) {
        return begun > tick;
    }

    /** Whether a sector that says this may be of it. */
    boolean shows(long sector) {
        return sector == Content.ZERO ? zeros : id == sector && !zeros;
    }

    long begun() {
        return begun;
    }

    @Override
    public String toString() {
        return what + " #" + id + " [" + begun + ", " + (ended == NEVER ? "never" : ended) + ")"
                + (durable ? " durable" : done ? " acknowledged" : "");
    }
}
