package dev.sandstone.iscsi.server;

import dev.sandstone.iscsi.login.LoginMachine;
import dev.sandstone.iscsi.login.Visitor;
import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.Pdu;
import dev.sandstone.iscsi.pdu.PduDecoder;
import dev.sandstone.iscsi.pdu.PduEncoder;
import dev.sandstone.iscsi.pdu.PduReceiver;
import dev.sandstone.iscsi.pdu.ProtocolException;
import dev.sandstone.iscsi.session.Channels;
import dev.sandstone.iscsi.session.Connection;
import dev.sandstone.iscsi.session.LoginPhase;
import dev.sandstone.iscsi.session.PduWriter;
import dev.sandstone.iscsi.session.Peers;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection as its socket sees it: bytes to PDUs, one flush for each read, reading paused when the session says so.
 * Whatever goes wrong in here costs this connection only.
 */
final class ConnectionHandler extends ChannelInboundHandlerAdapter implements PduReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

    private final ServerContext server;
    private final int portalGroup;
    private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>(0);
    private @Nullable ChannelHandlerContext context;
    private @Nullable PduDecoder decoder;
    private @Nullable PduWriter writer;
    private @Nullable LoginPhase login;
    private @Nullable Connection connection;
    private @Nullable Relay relay;
    private @Nullable InetAddress admitted;
    private @Nullable ScheduledFuture<?> loginTimer;
    private boolean decoding;
    private boolean loginOver;
    private boolean failed;

    /** @param portalGroup of the portal it came through */
    ConnectionHandler(ServerContext server, int portalGroup) {
        this.server = server;
        this.portalGroup = portalGroup;
    }

    // ---- life of the channel ----------------------------------------------------------------------------------------

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        InetSocketAddress peer = Peers.address(ctx.channel().remoteAddress());
        InetAddress from = peer.isUnresolved() ? InetAddress.getLoopbackAddress() : peer.getAddress();
        String refusal = server.gate().enter(from);
        if (refusal != null) {
            server.warn(LOG, "connection from {} refused: {}", peer, refusal);
            Channels.close(ctx.channel());
            return;
        }
        admitted = from;
        context = ctx;
        server.services().counters().connections().increment();
        server.opened(this);
        PduDecoder bytes = new PduDecoder(ctx.alloc());
        PduWriter out = new PduWriter(ctx, new PduEncoder(), server.services().counters());
        Visitor visitor = new Visitor(from, Peers.address(ctx.channel().localAddress()));
        LoginMachine machine = server.newLogin(visitor, portalGroup);
        LoginPhase phase = new LoginPhase(ctx.channel(), bytes, out, server.services(), machine);
        phase.onEntered(this::entered);
        decoder = bytes;
        writer = out;
        login = phase;
        long loginMs = server.limits().loginTime().toMillis();
        loginTimer = ctx.executor().schedule(this::loginTimeout, loginMs, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end("the connection was closed");
    }

    /**
     * The initiator sends no more. The session ends now and not with the channel, whose own end may take some turns of the
     * loop: an initiator that comes back at once must not find its old nexus alive.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            end("the connection was closed");
            close();
        }
    }

    private void entered(Connection carrier) {
        ChannelHandlerContext ctx = context;
        connection = carrier;
        if (ctx == null || admitted == null) {
            end("the connection was closed");
            return;
        }
        if (ctx.executor().inEventLoop() && carrier.loop().inEventLoop()) {
            carrier.onResume(this::resume);
        } else {
            relay = new Relay(carrier, ctx.executor(), this::resume, this::fail);
        }
        loginIsOver();
        resume();
    }

    private void loginTimeout() {
        LoginPhase phase = login;
        if (phase != null && connection == null) {
            server.warn(
                    LOG, "{} did not log in within {}", phase, server.limits().loginTime());
            phase.close("login takes too long");
            close();
        }
    }

    private void loginIsOver() {
        InetAddress from = admitted;
        ScheduledFuture<?> timer = loginTimer;
        if (timer != null) {
            timer.cancel(false);
            loginTimer = null;
        }
        if (!loginOver && from != null) {
            loginOver = true;
            server.gate().loginOver(from);
        }
    }

    private void end(String reason) {
        PduDecoder bytes = decoder;
        LoginPhase phase = login;
        Connection carrier = connection;
        Relay between = relay;
        if (between != null) {
            between.close(reason);
        } else if (carrier != null) {
            closeCarrier(carrier, reason);
        } else if (phase != null) {
            phase.close(reason);
        }
        if (bytes != null) {
            bytes.close();
        }
        PduWriter out = writer;
        if (out != null) {
            out.close();
        }
        for (ByteBuf bufferLeft = unread.poll(); bufferLeft != null; bufferLeft = unread.poll()) {
            bufferLeft.release();
        }
        loginIsOver();
        InetAddress from = admitted;
        if (from != null) {
            admitted = null;
            server.gate().leave(from);
            server.closed(this);
        }
    }

    private static void closeCarrier(Connection carrier, String reason) {
        if (carrier.loop().inEventLoop()) {
            carrier.close(reason);
        } else {
            carrier.loop().execute(() -> carrier.close(reason));
        }
    }

    private void close() {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            Channels.close(ctx.channel());
        }
    }

    /** Asks the initiator to log out. Any thread. */
    void requestLogout() {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ctx.executor().execute(() -> {
                Connection carrier = connection;
                if (carrier == null) {
                    close();
                } else {
                    carrier.requestLogout();
                }
            });
        }
    }

    /** Says something to the connection when it is in full feature phase. Any thread. */
    void tell(Consumer<Connection> message) {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ctx.executor().execute(() -> {
                Connection carrier = connection;
                if (carrier != null) {
                    message.accept(carrier);
                }
            });
        }
    }

    /** Closes the connection without a word. Any thread. */
    void drop() {
        close();
    }

    // ---- reading ----------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        server.services().counters().bytesIn().add(bytes.readableBytes());
        if (admitted == null || failed) {
            bytes.release();
            return;
        }
        unread.addLast(bytes);
        drain();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        PduWriter out = writer;
        if (out != null) {
            out.readEnds();
        }
        ctx.channel().config().setAutoRead(mayRead());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        resume();
    }

    /** Reading may be possible again, or no longer. */
    private void resume() {
        ChannelHandlerContext ctx = context;
        if (ctx == null || decoding) {
            return;
        }
        if (!unread.isEmpty()) {
            drain();
            PduWriter out = writer;
            if (out != null) {
                out.readEnds();
            }
        }
        ctx.channel().config().setAutoRead(mayRead());
    }

    /** Decodes what is unread, as far as the session takes it. */
    private void drain() {
        PduDecoder bytes = decoder;
        PduWriter out = writer;
        if (bytes == null || out == null) {
            return;
        }
        decoding = true;
        out.readBegins();
        try {
            while (!unread.isEmpty() && mayRead()) {
                ByteBuf next = unread.getFirst();
                bytes.decode(next, this);
                if (!next.isReadable() && !unread.isEmpty()) {
                    unread.removeFirst().release();
                }
            }
        } catch (ProtocolException | RuntimeException e) {
            fail(e);
        } finally {
            decoding = false;
            server.services().counters().bytesCopied().add(bytes.takeCopied());
        }
        Relay between = relay;
        if (between != null) {
            between.handOver();
        }
    }

    private boolean mayRead() {
        Connection carrier = connection;
        LoginPhase phase = login;
        if (failed || phase == null) {
            return false;
        }
        Relay between = relay;
        if (between != null) {
            return between.mayRead();
        }
        return carrier == null ? phase.mayRead() : carrier.mayRead();
    }

    @Override
    public @Nullable ByteBuf destination(Bhs bhs) {
        Connection carrier = connection;
        return carrier == null || relay != null ? null : carrier.destination(bhs);
    }

    @Override
    public boolean receive(Pdu pdu) throws ProtocolException {
        Connection carrier = connection;
        LoginPhase phase = login;
        Relay between = relay;
        if (between != null) {
            return between.receive(pdu);
        }
        if (carrier != null) {
            return carrier.receive(pdu);
        }
        return phase != null && phase.receive(pdu);
    }

    // ---- faults -----------------------------------------------------------------------------------------------------

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause);
        if (cause instanceof IOException) {
            end("the connection was lost");
        }
    }

    /** Logs the fault with who caused it, once, and ends the connection. */
    private void fail(Throwable cause) {
        if (failed) {
            return;
        }
        failed = true;
        Connection carrier = connection;
        Object who = carrier != null ? carrier : login;
        if (cause instanceof IOException) {
            LOG.debug("connection of {} lost: {}", who, cause.getMessage());
        } else if (cause instanceof ProtocolException) {
            server.warn(LOG, "connection of {} is closed: {}", String.valueOf(who), String.valueOf(cause.getMessage()));
        } else {
            server.error(LOG, "connection of " + who + " is closed by an internal error", cause);
        }
        PduWriter out = writer;
        if (out != null) {
            out.flush();
        }
        close();
    }
}
