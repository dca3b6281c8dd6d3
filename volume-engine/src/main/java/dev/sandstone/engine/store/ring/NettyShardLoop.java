package dev.sandstone.engine.store.ring;

import dev.sandstone.engine.loop.ShardLoop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A network event loop as the thread of a shard: requests are served where they arrive. */
public final class NettyShardLoop implements ShardLoop {
    private final EventLoop loop;

    public NettyShardLoop(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * The loop behind an executor that the network side gave out, for who knows no more of it.
     *
     * @throws IllegalArgumentException when it is no event loop
     */
    public static NettyShardLoop of(ScheduledExecutorService executor) {
        if (executor instanceof EventLoop loop) {
            return new NettyShardLoop(loop);
        }
        throw new IllegalArgumentException("not an event loop: " + executor);
    }

    /** The event loop, for who registers connections on it. */
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public boolean inLoop() {
        return loop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        Future<?> scheduled = loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
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
}
