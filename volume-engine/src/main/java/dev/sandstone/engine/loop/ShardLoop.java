package dev.sandstone.engine.loop;

import java.util.concurrent.Executor;

/**
 * The single thread that owns a shard's state.
 *
 * <p>Whatever a shard keeps in memory (overlay, leaf cache, range locks, open batch) is touched only by tasks of its
 * loop, so none of it is locked. In the daemon the loop is also the network's event loop: a request that finds its data
 * in memory is answered without leaving the thread. In the simulator the loop is a seeded queue, so a run is a function
 * of its seed; hence engine code takes time from here and from nowhere else.
 */
public interface ShardLoop extends Executor {

    /** Whether the calling thread is this loop. */
    boolean inLoop();

    /** Queues the task behind those already queued; never runs it inline. Any thread may call. */
    @Override
    void execute(Runnable task);

    /** Runs the task on the loop after the delay, unless cancelled before. Any thread may call. */
    Timer schedule(Runnable task, long delayNanos);

    /** A monotonic clock in nanoseconds, comparable only with itself. */
    long nanoTime();

    /** Wall clock in microseconds since the epoch; may jump. */
    long wallClockMicros();

    /** Runs the task now when called on the loop, else queues it. */
    default void run(Runnable task) {
        if (inLoop()) {
            task.run();
        } else {
            execute(task);
        }
    }

    /** A scheduled task. */
    @FunctionalInterface
    interface Timer {
        /** Prevents the run if it has not begun; no effect otherwise. Call on the loop. */
        void cancel();
    }
}
