package dev.sandstone.iscsi.server;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops of all portals. The engine may run its shards on them too ({@link #executors}): then a request whose
 * data is in memory is answered without leaving its thread.
 */
public final class PortalLoops implements AutoCloseable {

    /** How the loops wait for sockets, best first. */
    public enum Transport {
        IO_URING,
        EPOLL,
        NIO;

        /** Whether this machine offers it; containers often switch io_uring off. */
        public boolean available() {
            return switch (this) {
                case IO_URING -> IoUring.isAvailable();
                case EPOLL -> Epoll.isAvailable();
                case NIO -> true;
            };
        }

        private IoHandlerFactory handlers() {
            return switch (this) {
                case IO_URING -> IoUringIoHandler.newFactory();
                case EPOLL -> EpollIoHandler.newFactory();
                case NIO -> NioIoHandler.newFactory();
            };
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(PortalLoops.class);

    private final Transport transport;
    private final EventLoopGroup group;

    private PortalLoops(Transport transport, int threads) {
        this.transport = transport;
        group = new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("iscsi-loop", false), transport.handlers());
    }

    /** Half of the cores, at least one. */
    public static int defaultThreads() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /** Starts loops on the best transport this machine offers and has the resources for. */
    public static PortalLoops open(int threads) {
        for (Transport transport : Transport.values()) {
            if (transport.available()) {
                try {
                    return open(threads, transport);
                } catch (IllegalStateException e) {
                    // A ring may be refused at its creation (limit of locked memory) although the kernel offers rings.
                    LOG.warn("{} is not used: {}", transport, String.valueOf(e.getMessage()));
                }
            }
        }
        throw new IllegalStateException("no network transport is available");
    }

    /** Starts loops on that transport, which must be available. */
    public static PortalLoops open(int threads, Transport transport) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one event loop is needed, got " + threads);
        }
        return new PortalLoops(transport, threads);
    }

    public Transport transport() {
        return transport;
    }

    /** The loops, each a single thread; stable order. */
    public List<ScheduledExecutorService> executors() {
        List<ScheduledExecutorService> loops = new ArrayList<>();
        for (EventExecutor loop : group) {
            loops.add(loop);
        }
        return List.copyOf(loops);
    }

    EventLoopGroup group() {
        return group;
    }

    Class<? extends ServerChannel> serverChannel() {
        return switch (transport) {
            case IO_URING -> IoUringServerSocketChannel.class;
            case EPOLL -> EpollServerSocketChannel.class;
            case NIO -> NioServerSocketChannel.class;
        };
    }

    /** Ends the loops after what they have queued; waits at most five seconds. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
