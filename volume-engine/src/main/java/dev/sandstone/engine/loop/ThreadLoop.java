package dev.sandstone.engine.loop;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A loop with a thread of its own: for tools and tests, and where no network loop serves the shard. */
public final class ThreadLoop implements ShardLoop, AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;
    private volatile Thread thread;

    /** @param name of the thread */
    public ThreadLoop(String name) {
        thread = Thread.currentThread();
        executor = new Executor(task -> {
            Thread made = Thread.ofPlatform().name(name).daemon().unstarted(task);
            thread = made;
            return made;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.prestartAllCoreThreads();
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread().equals(thread);
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        Future<?> scheduled = executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallClockMicros() {
        return TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    }

    /** Ends the thread after the tasks that are queued; scheduled ones that are not due are dropped. */
    @Override
    public void close() {
        executor.shutdown();
    }

    /** Reports what a task throws instead of keeping it in a future that nobody asks. */
    private static final class Executor extends ScheduledThreadPoolExecutor {
        private static final Logger LOG = LoggerFactory.getLogger(ThreadLoop.class);

        Executor(ThreadFactory threads) {
            super(1, threads);
        }

        @Override
        protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
            if (task instanceof Future<?> && ((Future<?>) task).state() == Future.State.FAILED) {
                LOG.error("a task of a shard's loop failed", ((Future<?>) task).exceptionNow());
            }
        }
    }
}
