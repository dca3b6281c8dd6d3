package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.loop.ShardLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * How fast background work goes on: after each step it rests for a multiple of the time that the step took, a larger one
 * while users wait for the disks. So it slows down with the disks and never has more than its part of them.
 *
 * <p>Confined to the loop.
 */
public final class Pace {
    private static final long LEAST_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ShardLoop loop;
    private final BooleanSupplier busy;
    private long began;

    /** @param busy whether users wait for the disks now */
    public Pace(ShardLoop loop, BooleanSupplier busy) {
        this.loop = loop;
        this.busy = busy;
    }

    /** A step begins. */
    void begin() {
        began = loop.nanoTime();
    }

    /** A step has ended: runs the task after a rest. */
    void rest(Urgency urgency, Runnable next) {
        long took = Math.max(LEAST_NANOS, loop.nanoTime() - began);
        long rest = (long) (took * (busy.getAsBoolean() ? urgency.whenBusy : urgency.whenIdle));
        loop.schedule(next, Math.min(rest, MOST_NANOS));
    }

    /** What the work is for. */
    enum Urgency {
        /** Data with a single copy. */
        HIGH(1, 0),
        /** Data with fewer copies than wanted. */
        USUAL(3, 0.25),
        /** Nothing that anybody waits for. */
        LOW(9, 1);

        private final double whenBusy;
        private final double whenIdle;

        Urgency(double whenBusy, double whenIdle) {
            this.whenBusy = whenBusy;
            this.whenIdle = whenIdle;
        }
    }
}
