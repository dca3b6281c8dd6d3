package dev.sandstone.daemon.watch;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices when an event loop does not come round in time, and writes to the log what it was doing: whatever holds a loop up makes
 * every initiator wait.
 *
 * <p>Each loop is given a heartbeat twice in the time allowed. A stall is counted once, however long; it is told when it is noticed
 * and again each time it is ten times as long. Stalls of one loop soon after each other are counted and told with the next one.
 * When the look itself comes late, the machine stood still and no loop is to blame.
 */
public final class StallWatch implements AutoCloseable {
    private final List<Stalls> loops;
    private final long limitNanos;
    private final LongSupplier clock;
    private final LongAdder count = new LongAdder();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("stall-watch").daemon().unstarted(task));
    private @Nullable ScheduledFuture<?> looks;
    private long lastLook;

    /**
     * Watches these loops from {@link #start} on.
     *
     * @param limit how long a loop may take to come round
     */
    public StallWatch(Collection<? extends Executor> loops, Duration limit) {
        this(loops, limit, System::nanoTime);
    }

    /** @param clock monotonic, in nanoseconds */
    StallWatch(Collection<? extends Executor> loops, Duration limit, LongSupplier clock) {
        this.limitNanos = limit.toNanos();
        this.clock = clock;
        this.loops = loops.stream()
                .map(loop -> new Stalls(new Pulse(loop), limitNanos, count))
                .toList();
        lastLook = clock.getAsLong();
    }

    /** Begins to look. */
    public StallWatch start() {
        long period = Math.max(1, limitNanos / 2);
        looks = timer.scheduleWithFixedDelay(this::look, period, period, TimeUnit.NANOSECONDS);
        return this;
    }

    /** Looks once at each loop. */
    void look() {
        long now = clock.getAsLong();
        boolean late = now - lastLook > limitNanos;
        lastLook = now;
        for (Stalls loop : loops) {
            loop.look(now, late);
        }
    }

    /** How many stalls there were. */
    public LongAdder count() {
        return count;
    }

    @Override
    public void close() {
        if (looks != null) {
            looks.cancel(false);
        }
        timer.shutdown();
    }
}
