package dev.sandstone.engine.loop;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * A loop in virtual time, driven by hand: queued tasks run in order, time passes only from one scheduled task to the
 * next. What follows is a function of what is asked of it, so with a seed a run can be repeated.
 */
public final class StepLoop implements ShardLoop {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Entry> later =
            new PriorityQueue<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::order));
    private long now = 1_000_000_000L;
    private long orders;
    private boolean dead;

    private record Entry(long at, long order, Runnable task) {}

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        if (!dead) {
            tasks.add(task);
        }
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        Entry entry = new Entry(now + Math.max(0, delayNanos), orders++, task);
        if (!dead) {
            later.add(entry);
        }
        return () -> later.remove(entry);
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long wallClockMicros() {
        return now / 1000;
    }

    /** Runs one task; when none is queued, lets time pass to the next that is due. False when there is nothing at all. */
    public boolean step() {
        Runnable task = tasks.poll();
        if (task == null) {
            Entry next = later.poll();
            if (next == null) {
                return false;
            }
            now = next.at;
            task = next.task;
        }
        task.run();
        return true;
    }

    /** What is queued or scheduled never runs, and nothing more is taken: the process was killed. */
    public void crash() {
        dead = true;
        tasks.clear();
        later.clear();
    }

    /** Whether nothing is queued now; scheduled tasks may wait. */
    public boolean isIdle() {
        return tasks.isEmpty();
    }
}
