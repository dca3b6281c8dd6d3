package dev.sandstone.engine.sim;

import dev.sandstone.engine.loop.ShardLoop;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A loop whose time is virtual and whose order is a function of a seed: one task at a time, timers when they are due,
 * completions of devices and of other threads after a delay of their own, hence in any order.
 *
 * <p>Dropped at a crash: what was queued never runs, what is queued later is forgotten.
 */
final class SimLoop implements ShardLoop {
    private static final int TASK_NANOS = 2_000;

    private final Random random;
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));
    private long now;
    private long orders;
    private long wallOffsetMicros;
    private boolean elsewhere;
    private boolean dropped;
    private @Nullable SimCrash lost;

    private record Task(long at, long order, Runnable body, boolean foreign) {}

    SimLoop(Random random, long startNanos) {
        this.random = random;
        this.now = startNanos;
        jumpClock();
    }

    @Override
    public boolean inLoop() {
        return !elsewhere;
    }

    @Override
    public void execute(Runnable task) {
        add(now, task, false);
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        Task entry = add(now + delayNanos, task, false);
        return () -> tasks.remove(entry);
    }

    private Task add(long at, Runnable body, boolean foreign) {
        Task task = new Task(at, orders++, body, foreign);
        if (!dropped) {
            tasks.add(task);
        }
        return task;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long wallClockMicros() {
        return 1_700_000_000_000_000L + now / 1000 + wallOffsetMicros;
    }

    /** The wall clock goes on where that of another loop is. */
    void clockOf(SimLoop other) {
        wallOffsetMicros = other.wallOffsetMicros;
    }

    /** The wall clock jumps up to an hour either way. */
    void jumpClock() {
        wallOffsetMicros = random.nextLong(7_200_000_000L) - 3_600_000_000L;
    }

    /** A thread beside the loop: runs one task at a time, in order, each a while after the one before. */
    Executor thread(long mostNanos) {
        return new Executor() {
            private long free;

            @Override
            public void execute(Runnable task) {
                free = Math.max(free, now) + 1 + random.nextLong(mostNanos);
                add(free, task, true);
            }
        };
    }

    /** Power is lost within the task under way: nothing goes on behind it, whatever that task catches or throws. To be thrown. */
    SimCrash lost() {
        SimCrash crash = new SimCrash();
        lost = crash;
        return crash;
    }

    /** Runs the earliest task; false when there is none. */
    boolean runOne() {
        Task next = dropped ? null : tasks.poll();
        if (next == null) {
            return false;
        }
        now = Math.max(now, next.at);
        elsewhere = next.foreign;
        try {
            next.body.run();
        } catch (RuntimeException | Error behind) {
            if (lost == null) {
                throw behind;
            }
        } finally {
            elsewhere = false;
        }
        if (lost != null) {
            throw lost;
        }
        now += random.nextInt(TASK_NANOS);
        return true;
    }

    /** When the earliest task is due; null when there is none. */
    @Nullable
    Long nextAt() {
        Task next = tasks.peek();
        return next == null ? null : next.at;
    }

    /** The machine has lost power. */
    void drop() {
        dropped = true;
        tasks.clear();
    }
}
