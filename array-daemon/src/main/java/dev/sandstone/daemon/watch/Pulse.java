package dev.sandstone.daemon.watch;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The heartbeat of one loop: a task that it runs when it comes round. At most one is under way, so a loop that is held up is not
 * given more to do. Asked by one thread, answered by the loop.
 */
final class Pulse implements Runnable {
    private final Executor loop;
    private volatile @Nullable Thread thread;
    private volatile boolean answered = true;
    private long askedAt;
    private long askedAtCpu;

    Pulse(Executor loop) {
        this.loop = loop;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        answered = true;
    }

    /** Whether the loop has come round since it was asked. */
    boolean answered() {
        return answered;
    }

    /** Asks the loop to answer; false when it takes no more tasks. */
    boolean ask(long now) {
        answered = false;
        restart(now);
        try {
            loop.execute(this);
            return true;
        } catch (RejectedExecutionException ended) {
            answered = true;
            return false;
        }
    }

    /** Counts from now on: what was waited so far says nothing. */
    void restart(long now) {
        askedAt = now;
        Thread known = thread;
        askedAtCpu = known == null ? 0 : ThreadCpu.nanos(known);
    }

    long waited(long now) {
        return now - askedAt;
    }

    /** CPU time that the loop has had since it was asked, in nanoseconds. */
    long cpuSince() {
        Thread known = thread;
        return known == null ? 0 : Math.max(0, ThreadCpu.nanos(known) - askedAtCpu);
    }

    /** The loop's thread; null until it has answered once. */
    @Nullable
    Thread thread() {
        return thread;
    }
}
