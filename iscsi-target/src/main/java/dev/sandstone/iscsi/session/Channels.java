package dev.sandstone.iscsi.session;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Ways to end a channel. */
public final class Channels {
    /** How long a peer may take to read the last answer. */
    private static final long LINGER_MS = 5000;

    private Channels() {}

    /** Closes the channel; whoever cares for the end listens to its close future. Any thread. */
    // A close does not fail in a way anybody could act on.
    @SuppressWarnings("FutureReturnValueIgnored")
    public static void close(Channel channel) {
        channel.close();
    }

    /** Closes the channel once all writes before this call have left, or the peer did not take them in five seconds. */
    static void closeAfterWrites(Channel channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        later(channel, LINGER_MS, () -> close(channel));
    }

    /** Runs a task on the channel's loop after a delay, unless the channel was closed before. */
    static void later(Channel channel, long delayMs, Runnable task) {
        later(channel, channel.eventLoop(), delayMs, task);
    }

    /** As the other, on a loop of the caller's choice. */
    static void later(Channel channel, EventLoop loop, long delayMs, Runnable task) {
        if (channel.isOpen()) {
            ScheduledFuture<?> timer = loop.schedule(task, delayMs, TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(closed -> timer.cancel(false));
        }
    }
}
