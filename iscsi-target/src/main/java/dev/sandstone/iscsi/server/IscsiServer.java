package dev.sandstone.iscsi.server;

import dev.sandstone.iscsi.access.TargetDirectory;
import dev.sandstone.iscsi.login.LoginSettings;
import dev.sandstone.iscsi.session.IscsiCounters;
import dev.sandstone.iscsi.session.Services;
import dev.sandstone.iscsi.session.Session;
import dev.sandstone.iscsi.session.SessionInfo;
import dev.sandstone.iscsi.session.SessionRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An iSCSI target node: its portals, and all sessions that came through them. */
public final class IscsiServer {
    private static final Logger LOG = LoggerFactory.getLogger(IscsiServer.class);
    private static final int BACKLOG = 1024;
    private static final int LOW_WATER_MARK = 1 << 20;
    private static final int HIGH_WATER_MARK = 2 << 20;
    private static final int MIN_READ = 512;
    private static final int FIRST_READ = 2048;
    private static final int MAX_READ = 256 * 1024;
    private static final int COMMAND_WINDOW = 64;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final ServerContext context;
    private final List<Channel> listeners = new ArrayList<>();
    private volatile Portals portals = new Portals(List.of());

    private IscsiServer(ServerOptions options, TargetDirectory directory) {
        Services services = new Services(
                directory,
                new SessionRegistry(),
                new IscsiCounters(),
                options.session(),
                local -> portals.reachableFrom(local));
        LoginSettings settings =
                new LoginSettings(Session.PORTAL_GROUP, options.offer(), options.algorithms(), COMMAND_WINDOW);
        context = new ServerContext(options.limits(), settings, services);
    }

    /**
     * Listens on all portals. Blocks for the time of binding.
     *
     * @throws IOException a portal cannot be bound; none is then
     */
    public static IscsiServer start(ServerOptions options, TargetDirectory directory, PortalLoops loops)
            throws IOException {
        return start(options, directory, loops, PooledByteBufAllocator.DEFAULT);
    }

    /** As the public one, with the memory for all buffers named. */
    static IscsiServer start(
            ServerOptions options, TargetDirectory directory, PortalLoops loops, ByteBufAllocator allocator)
            throws IOException {
        IscsiServer server = new IscsiServer(options, directory);
        ServerBootstrap bootstrap = server.bootstrap(loops, allocator);
        List<InetSocketAddress> bound = new ArrayList<>();
        for (InetSocketAddress portal : options.portals()) {
            ChannelFuture binding = bootstrap.bind(portal).awaitUninterruptibly();
            if (!binding.isSuccess()) {
                server.closeListeners();
                throw new IOException(
                        "portal " + text(portal) + " cannot be opened ("
                                + binding.cause().getMessage()
                                + "): choose another address or port, or stop the program that has it",
                        binding.cause());
            }
            server.listeners.add(binding.channel());
            bound.add((InetSocketAddress) binding.channel().localAddress());
        }
        server.portals = new Portals(List.copyOf(bound));
        LOG.info("iSCSI portals {} on {}", bound, loops.transport());
        return server;
    }

    private static String text(InetSocketAddress portal) {
        String host = portal.isUnresolved()
                ? portal.getHostString()
                : portal.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + portal.getPort();
    }

    private ServerBootstrap bootstrap(PortalLoops loops, ByteBufAllocator allocator) {
        return new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(MIN_READ, FIRST_READ, MAX_READ))
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(LOW_WATER_MARK, HIGH_WATER_MARK))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new ConnectionHandler(context));
                    }
                });
    }

    /** The bound addresses, in the order of the options. */
    public List<InetSocketAddress> addresses() {
        return portals.bound();
    }

    public IscsiCounters counters() {
        return context.services().counters();
    }

    /** All sessions in full feature phase. Any thread. */
    public List<SessionInfo> sessions() {
        return context.services().registry().snapshot();
    }

    /** Connections that are open now, logged in or not. */
    public int connections() {
        return context.gate().connections();
    }

    /** Ends all sessions of a target that is removed. Any thread. */
    public void endTarget(String targetName) {
        context.services().registry().endTarget(targetName);
    }

    /**
     * Asks every initiator to negotiate anew, and closes the connections of those that do not (RFC 7143 11.9.1, event 4). Any
     * thread.
     *
     * @param seconds how long they may take for a Text Request
     */
    public void requestNegotiation(int seconds) {
        for (ConnectionHandler handler : context.open()) {
            handler.tell(connection -> connection.requestNegotiation(seconds));
        }
    }

    /**
     * Stops: accepts no more, asks every initiator to log out, waits, closes what is left. Blocks until all sessions have
     * ended, but no longer than the given time and a second. Not from an event loop.
     *
     * @return whether every session ended in time
     */
    public boolean stop(Duration drain) {
        closeListeners();
        for (ConnectionHandler handler : context.open()) {
            handler.requestLogout();
        }
        long start = System.nanoTime();
        await(drain, () -> context.open().isEmpty());
        for (ConnectionHandler handler : context.open()) {
            handler.drop();
        }
        context.services().registry().endAll();
        Duration left = drain.minusNanos(System.nanoTime() - start);
        return await(
                (left.isNegative() ? Duration.ZERO : left).plusSeconds(1),
                () -> context.open().isEmpty() && context.services().registry().size() == 0);
    }

    /** Waits until there is no session, connected or kept; whether that came in time. Not from an event loop. */
    boolean awaitNoSessions(Duration time) {
        return await(time, () -> context.services().registry().size() == 0);
    }

    private static boolean await(Duration time, BooleanSupplier condition) {
        long deadline = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    private void closeListeners() {
        for (Channel listener : listeners) {
            listener.close().awaitUninterruptibly();
        }
    }
}
