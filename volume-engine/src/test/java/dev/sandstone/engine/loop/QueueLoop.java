package dev.sandstone.engine.loop;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** A loop for tests of one thread: the thread that made it is the loop, and queued tasks run when the test says. */
public final class QueueLoop implements ShardLoop {
    private final Thread thread = Thread.currentThread();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Scheduled> scheduled =
            new PriorityQueue<>(Comparator.comparingLong(Scheduled::at).thenComparingLong(Scheduled::order));
    private long now;
    private long orders;

    @Override
    public boolean inLoop() {
        return Thread.currentThread().equals(thread);
    }

    @Override
    public synchronized void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        Scheduled entry = new Scheduled(now + delayNanos, orders++, task);
        scheduled.add(entry);
        return () -> scheduled.remove(entry);
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long wallClockMicros() {
        return now / 1000;
    }

    /** Runs the task queued longest; false when there is none. */
    public boolean runOne() {
        Runnable task;
        synchronized (this) {
            task = tasks.poll();
        }
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }

    /** Runs queued tasks until there are none. */
    public void runAll() {
        while (runOne()) {
            // Each run may queue more.
        }
    }

    /** Lets time pass and runs what falls due on the way. */
    public void advance(long nanos) {
        long until = now + nanos;
        runAll();
        for (Scheduled next = scheduled.peek(); next != null && next.at <= until; next = scheduled.peek()) {
            scheduled.remove();
            now = next.at;
            next.task.run();
            runAll();
        }
        now = until;
    }

    private record Scheduled(long at, long order, Runnable task) {}
}
