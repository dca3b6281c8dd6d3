package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.login.LoginIdentity;
import dev.sandstone.iscsi.login.LoginMachine;
import dev.sandstone.iscsi.login.LoginOutcome;
import dev.sandstone.iscsi.login.LoginReply;
import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.FatalProtocolException;
import dev.sandstone.iscsi.pdu.LoginStatus;
import dev.sandstone.iscsi.pdu.Pdu;
import dev.sandstone.iscsi.pdu.PduDecoder;
import dev.sandstone.iscsi.pdu.PduReceiver;
import dev.sandstone.iscsi.text.OperationalParameters;
import dev.sandstone.scsi.task.NexusLoss;
import dev.sandstone.scsi.task.ScsiDevice;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection until full feature phase: passes login requests to the {@link LoginMachine}, and holds the last response
 * back until the session it belongs to stands: after the end of the one it reinstates (RFC 7143 6.3.5), or after the old
 * connection of the same session gave it up (6.3.4).
 */
public final class LoginPhase implements PduReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(LoginPhase.class);

    private static final byte[] NO_TEXT = new byte[0];

    private final Channel channel;
    private final PduDecoder decoder;
    private final PduWriter writer;
    private final Services services;
    private final LoginMachine machine;
    private Consumer<Connection> whenEntered = connection -> {};
    private Phase phase = Phase.LOGIN;
    private @Nullable Session entering;

    public LoginPhase(Channel channel, PduDecoder decoder, PduWriter writer, Services services, LoginMachine machine) {
        this.channel = channel;
        this.decoder = decoder;
        this.writer = writer;
        this.services = services;
        this.machine = machine;
    }

    /** What to call, on the loop, once full feature phase begins. */
    public void onEntered(Consumer<Connection> action) {
        whenEntered = action;
    }

    @Override
    public @Nullable ByteBuf destination(Bhs bhs) {
        return null;
    }

    @Override
    public boolean receive(Pdu pdu) throws FatalProtocolException {
        Bhs bhs = pdu.bhs();
        switch (RequestTable.action(phase, bhs.opcodeBits())) {
            case LOGIN -> login(pdu);
            case IGNORE -> {}
            default ->
                throw new FatalProtocolException(
                        "opcode 0x" + Integer.toHexString(bhs.opcodeBits()) + " is not allowed in phase " + phase);
        }
        return mayRead();
    }

    /** Whether another request may be read: not while the session's place is made free. */
    public boolean mayRead() {
        return phase == Phase.LOGIN;
    }

    private void login(Pdu pdu) {
        LoginReply reply = machine.receive(pdu.bhs(), pdu.data());
        if (reply.refused()) {
            refuse(reply);
        } else if (reply.outcome().isPresent()) {
            enter(reply, reply.outcome().get());
        } else {
            write(reply);
        }
    }

    private void refuse(LoginReply reply) {
        phase = Phase.CLOSED;
        services.counters().loginFailures().increment();
        LOG.info("login of {} refused with {}: {}", this, reply.status(), reply.reason());
        if (reply.delayMs() == 0) {
            sendRefusal(reply);
        } else {
            Channels.later(channel, reply.delayMs(), () -> sendRefusal(reply));
        }
    }

    private void sendRefusal(LoginReply reply) {
        write(reply);
        writer.flush();
        Channels.closeAfterWrites(channel);
    }

    private void write(LoginReply reply) {
        ByteBuf data = channel.alloc().directBuffer(Math.max(1, reply.text().length));
        writer.write(reply.header(), data.writeBytes(reply.text()));
    }

    private void enter(LoginReply reply, LoginOutcome outcome) {
        phase = Phase.ENTERING;
        LoginIdentity identity = outcome.identity();
        ScsiDevice device = outcome.device().orElse(null);
        SessionName name = LoginSessions.nameOf(identity);
        if (device == null) {
            begin(reply, outcome, null);
        } else if (identity.tsih() == 0) {
            Session.Entry entry = new Session.Entry(name, outcome.tsih(), device, services.limits());
            Session entered =
                    services.registry().enter(entry, channel.eventLoop(), session -> stand(reply, outcome, session));
            entering = phase == Phase.ENTERING ? entered : null;
        } else {
            Session joined = services.registry().find(name, identity.tsih());
            if (joined == null) {
                close("the session ended meanwhile");
            } else {
                joined.join(identity.cid(), channel.eventLoop(), place -> join(reply, outcome, place));
            }
        }
    }

    private void stand(LoginReply reply, LoginOutcome outcome, @Nullable Session session) {
        if (session == null) {
            close("the session was taken over or ended meanwhile");
        } else {
            begin(reply, outcome, session);
        }
    }

    /** The place is free: sends the last response and goes over to full feature phase. */
    private void begin(LoginReply reply, LoginOutcome outcome, @Nullable Session session) {
        if (phase == Phase.CLOSED) {
            giveUp(outcome, session);
            return;
        }
        entering = session;
        if (session != null) {
            CommandWindow<Turn> window = session.window(outcome.cmdSn());
            reply.header().expCmdSn(window.expCmdSn());
            reply.header().maxCmdSn(window.maxCmdSn());
        }
        succeed(reply, outcome.parameters());
        enterFullFeature(new Connection(channel, writer, services, admitted(outcome), session));
        if (session == null) {
            channel.closeFuture().addListener(closed -> services.registry().release(outcome.tsih()));
        }
    }

    /** The session has a place for this connection: as {@link #begin}, but its loop may be another. */
    private void join(LoginReply reply, LoginOutcome outcome, Session.Joined place) {
        boolean welcome = place.status() == LoginStatus.SUCCESS;
        if (phase == Phase.CLOSED) {
            if (welcome) {
                place.session().joinFailed();
            }
        } else if (!welcome) {
            reply.header().transit(false);
            reply.header().nextStage(0);
            reply.header().status(place.status().code());
            String why = "the session cannot take the connection any more";
            refuse(new LoginReply(reply.header(), NO_TEXT, place.status(), Optional.empty(), 0, why));
        } else {
            reply.header().expCmdSn(place.expCmdSn());
            reply.header().maxCmdSn(place.maxCmdSn());
            succeed(reply, outcome.parameters());
            phase = Phase.FULL_FEATURE;
            boolean here = place.loop().equals(channel.eventLoop());
            PduWriter there = here ? writer : writer.handOver(place.loop());
            Runnable attach = () -> attach(place.session(), admitted(outcome), there);
            if (here) {
                attach.run();
            } else {
                place.loop().execute(attach);
            }
        }
    }

    /** On the session's loop. */
    private void attach(Session session, Admitted admitted, PduWriter there) {
        if (!session.mayAttach()) {
            there.close();
            Channels.close(channel);
            return;
        }
        Connection connection = new Connection(channel, there, services, admitted, session);
        if (channel.eventLoop().inEventLoop()) {
            enterFullFeature(connection);
        } else {
            channel.eventLoop().execute(() -> enterFullFeature(connection));
        }
    }

    /** Sends the last response and switches to what was agreed on. */
    private void succeed(LoginReply reply, OperationalParameters agreed) {
        write(reply);
        writer.encoder().digests(agreed.headerDigest(), agreed.dataDigest());
        decoder.digests(agreed.headerDigest(), agreed.dataDigest());
        decoder.maxDataSegmentLength(agreed.targetMaxRecvDataSegmentLength());
        services.counters().logins().increment();
    }

    private static Admitted admitted(LoginOutcome outcome) {
        return new Admitted(
                outcome.identity().initiatorName(),
                outcome.identity().targetName().orElse(""),
                outcome.parameters(),
                outcome.identity().cid(),
                outcome.cmdSn(),
                outcome.nextStatSn());
    }

    private void enterFullFeature(Connection connection) {
        String target = connection.admitted().targetName();
        phase = target.isEmpty() ? Phase.DISCOVERY : Phase.FULL_FEATURE;
        entering = null;
        LOG.info("{} logged in to {}", connection, target.isEmpty() ? "discovery" : target);
        whenEntered.accept(connection);
    }

    private void giveUp(LoginOutcome outcome, @Nullable Session session) {
        if (session == null) {
            services.registry().release(outcome.tsih());
        } else {
            session.end(NexusLoss.CONNECTION_LOST, () -> {});
        }
    }

    /** The channel is gone, or is to go. On the loop. */
    public void close(String reason) {
        if (phase == Phase.CLOSED || phase == Phase.FULL_FEATURE || phase == Phase.DISCOVERY) {
            return;
        }
        LOG.debug("login of {} ends: {}", this, reason);
        phase = Phase.CLOSED;
        Session waiting = entering;
        if (waiting != null) {
            waiting.end(NexusLoss.CONNECTION_LOST, () -> {});
        }
        writer.close();
        Channels.close(channel);
    }

    /** Whether the login is over, well or not. */
    public boolean over() {
        return phase != Phase.LOGIN && phase != Phase.ENTERING;
    }

    /** Who knocks, for logs. */
    @Override
    public String toString() {
        String name = machine.identity().map(LoginIdentity::initiatorName).orElse("an unnamed initiator");
        return name + " at " + Peers.address(channel.remoteAddress());
    }
}
