package dev.sandstone.bench.steps;

import dev.sandstone.engine.loop.ShardLoop;
import java.util.ArrayDeque;
import java.util.Queue;

/** A loop on the thread that measures: queued tasks run when it says so, and no time passes for what is scheduled. */
final class InlineLoop implements ShardLoop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    /** Runs queued tasks until there are none. */
    void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        return () -> {};
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallClockMicros() {
        return System.nanoTime() / 1000;
    }
}
