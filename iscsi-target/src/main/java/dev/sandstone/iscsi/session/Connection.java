package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.AsyncMessage;
import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.FatalProtocolException;
import dev.sandstone.iscsi.pdu.Pdu;
import dev.sandstone.iscsi.pdu.PduReceiver;
import dev.sandstone.iscsi.pdu.Reject;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.pdu.RequestBhs;
import dev.sandstone.iscsi.pdu.ResponseBhs;
import dev.sandstone.iscsi.text.OperationalParameters;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection in full feature phase: numbers PDUs, puts requests in CmdSN order, and passes each to its room: {@link
 * ScsiCommands}, {@link TaskManagement}, {@link TextExchange}, {@link Pings}, {@link Logouts}.
 *
 * <p>Everything happens on the session's event loop, which is the channel's own unless the session has connections on
 * several; a discovery session has that of its channel. {@link #phase(Phase, String)} is the only writer of the phase.
 */
public final class Connection implements PduReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int ASYNC_LOGOUT_REQUEST = 1;
    private static final int ASYNC_CONNECTION_DROPPED = 2;
    private static final int ASYNC_SESSION_DROPPED = 3;
    private static final int ASYNC_NEGOTIATE = 4;

    private final Channel channel;
    private final EventLoop loop;
    private final PduWriter writer;
    private final Services services;
    private final Admitted admitted;
    private final @Nullable Session session;
    private final CommandWindow<Turn> window;
    private final InetSocketAddress peer;
    private final Instant since = Instant.now();
    private final RequestBhs request = new RequestBhs();

    private final @Nullable ScsiCommands commands;
    private final @Nullable TaskManagement management;
    private final TextExchange text;
    private final Pings pings;
    private final Logouts logouts;
    private final @Nullable Snacks snacks;
    private final @Nullable StatusLog log;

    private Phase phase;
    private int statSn;
    private int maxSendSegment;
    private Departure departure = Departure.LOST;
    private boolean heard;
    private Runnable resume = () -> {};

    /**
     * Begins full feature phase; call on the session's loop, or the channel's in a discovery session.
     *
     * @param writer used on that loop
     * @param session the session it carries, or null for a discovery session
     */
    public Connection(
            Channel channel, PduWriter writer, Services services, Admitted admitted, @Nullable Session session) {
        this.channel = channel;
        loop = session == null ? channel.eventLoop() : session.loop();
        this.writer = writer;
        this.services = services;
        this.admitted = admitted;
        this.session = session;
        peer = Peers.address(channel.remoteAddress());
        statSn = admitted.nextStatSn();
        maxSendSegment = admitted.parameters().initiatorMaxRecvDataSegmentLength();
        phase = session == null ? Phase.DISCOVERY : Phase.FULL_FEATURE;
        window = session == null ? new CommandWindow<>(admitted.nextCmdSn()) : session.window(admitted.nextCmdSn());
        log = session == null ? null : statusLog(admitted);
        commands = session == null ? null : new ScsiCommands(this, session.tasks());
        management = session == null || commands == null ? null : new TaskManagement(this, session, commands);
        snacks = commands == null ? null : new Snacks(this, commands);
        text = new TextExchange(this);
        pings = new Pings(this, services.limits().pingAfter());
        logouts = new Logouts(this, session);
        if (session != null) {
            session.attach(this);
        }
        pings.start();
    }

    /** Null where nobody needs it: one connection, error recovery level 0. */
    private @Nullable StatusLog statusLog(Admitted agreed) {
        boolean recovery = agreed.parameters().errorRecoveryLevel() > 0;
        int connections = agreed.parameters().maxConnections();
        long maxDataIn = services.limits().softBytes() / connections;
        return recovery || connections > 1 ? new StatusLog(statSn, recovery, maxDataIn) : null;
    }

    /** Between these two, what is sent is gathered. */
    public void readBegins() {
        writer.readBegins();
    }

    public void readEnds() {
        writer.readEnds();
    }

    /** What to call when reading may go on after {@link #mayRead} said no. */
    public void onResume(Runnable action) {
        resume = action;
    }

    // ---- receiving --------------------------------------------------------------------------------------------------

    @Override
    public @Nullable ByteBuf destination(Bhs bhs) {
        ScsiCommands scsi = commands;
        if (scsi == null) {
            return null;
        }
        return switch (RequestTable.action(phase, bhs.opcodeBits())) {
            case SCSI_COMMAND -> scsi.immediateDestination(bhs);
            case DATA_OUT -> scsi.dataOutDestination(bhs);
            default -> null;
        };
    }

    @Override
    public boolean receive(Pdu pdu) throws FatalProtocolException {
        pings.heard();
        heard = true;
        Bhs bhs = pdu.bhs();
        RequestTable.Action action = RequestTable.action(phase, bhs.opcodeBits());
        StatusLog sent = log;
        if (sent != null && action != RequestTable.Action.DROP && action != RequestTable.Action.IGNORE) {
            request.wrap(bhs);
            sent.acknowledge(request.expStatSn());
        }
        if (!pdu.dataDigestGood()) {
            services.counters().digestErrors().increment();
            if (action != RequestTable.Action.DROP && action != RequestTable.Action.IGNORE) {
                damaged(action, pdu);
                return mayRead();
            }
        }
        switch (action) {
            case SCSI_COMMAND -> scsi().command(pdu);
            case DATA_OUT -> scsi().dataOut(pdu);
            case NOP_OUT -> pings.nopOut(bhs, pdu.data());
            case TASK_MANAGEMENT -> manager().request(bhs);
            case TEXT -> text.request(bhs, pdu.data());
            case LOGOUT -> logouts.request(bhs);
            case SNACK -> nonNull(snacks).request(bhs);
            case REJECT_UNSUPPORTED -> unsupported(bhs);
            case IGNORE -> {}
            case LOGIN, DROP ->
                throw new FatalProtocolException(
                        "opcode 0x" + Integer.toHexString(bhs.opcodeBits()) + " is not allowed in phase " + phase);
        }
        return mayRead();
    }

    /**
     * RFC 7143 7.8: Reject, discard; a Data-Out costs its command, or is asked for again at error recovery level 1, any other
     * PDU counts as never arrived.
     */
    private void damaged(RequestTable.Action action, Pdu pdu) {
        reject(RejectReason.DATA_DIGEST_ERROR, pdu.bhs());
        if (action == RequestTable.Action.DATA_OUT) {
            scsi().dataOut(pdu);
        } else if (action == RequestTable.Action.SCSI_COMMAND) {
            scsi().discardImmediateData();
        }
    }

    private void unsupported(Bhs bhs) {
        if (phase == Phase.DISCOVERY && !bhs.immediate() && RequestTable.isNumbered(bhs.opcodeBits())) {
            Bhs copy = bhs.copy();
            inTurn(bhs, new SimpleTurn(this, () -> reject(RejectReason.COMMAND_NOT_SUPPORTED, copy)));
        } else {
            reject(RejectReason.COMMAND_NOT_SUPPORTED, bhs);
        }
    }

    private ScsiCommands scsi() {
        return nonNull(commands);
    }

    private TaskManagement manager() {
        return nonNull(management);
    }

    private static <T> T nonNull(@Nullable T room) {
        if (room == null) {
            throw new IllegalStateException("a discovery session has no SCSI commands");
        }
        return room;
    }

    /** Runs the request now when it is immediate or next in CmdSN order, holds it when early, else drops it. */
    void inTurn(Bhs bhs, Turn turn) {
        if (bhs.immediate()) {
            turn.run();
            return;
        }
        request.wrap(bhs);
        inTurn(request.cmdSn(), turn);
    }

    void inTurn(int cmdSn, Turn turn) {
        switch (window.arrive(cmdSn)) {
            case NEXT -> {
                Turn now = turn;
                while (now != null) {
                    Turn next = window.advance();
                    now.run();
                    now = next;
                }
            }
            case EARLY -> window.hold(cmdSn, turn);
            case IGNORED -> turn.cancel();
        }
    }

    /**
     * Whether more PDUs may be read. No when the initiator does not take its answers, and when memory is short and no
     * command under way depends on what is still to be read.
     */
    public boolean mayRead() {
        if (phase == Phase.CLOSED || !channel.isWritable()) {
            return false;
        }
        ScsiCommands scsi = commands;
        return scsi == null || scsi.mayTakeMore() || window.held() > 0;
    }

    /** Whether nothing was received since the last call. */
    boolean wasSilent() {
        boolean silent = !heard;
        heard = false;
        return silent;
    }

    /** Whether reading waits for the array, not for the initiator. */
    boolean pausedByMemory() {
        return channel.isWritable() && !mayRead();
    }

    /** Something ended: reading may be possible again, here and on the other connections. */
    void freed() {
        Session carried = session;
        if (carried == null || carried.connections().size() <= 1) {
            resume.run();
        } else {
            carried.connections().forEach(connection -> connection.resume.run());
        }
    }

    // ---- sending ----------------------------------------------------------------------------------------------------

    /** Sends a PDU that takes no StatSN. */
    void send(ResponseBhs bhs, @Nullable ByteBuf data) {
        bhs.statSn(statSn);
        bhs.expCmdSn(window.expCmdSn());
        bhs.maxCmdSn(window.maxCmdSn());
        writer.write(bhs, data);
    }

    /** Sends a PDU that takes the next StatSN. */
    void sendStatus(ResponseBhs bhs, @Nullable ByteBuf data) {
        StatusLog sent = log;
        if (sent != null && phase != Phase.CLOSED) {
            bhs.statSn(statSn);
            sent.sending(bhs, data);
        }
        send(bhs, data);
        statSn++;
    }

    /** Sends a status again: as it was, but for ExpCmdSN and MaxCmdSN (RFC 7143 11.16). */
    void sendAgain(Bhs bhs, byte[] data) {
        ResponseBhs again = new ResponseBhs(bhs.copy());
        again.expCmdSn(window.expCmdSn());
        again.maxCmdSn(window.maxCmdSn());
        ByteBuf copy = null;
        if (data.length > 0) {
            copy = channel.alloc().directBuffer(data.length, data.length).writeBytes(data);
        }
        writer.write(again, copy);
    }

    /** RFC 7143 11.17: answers with the rejected header. */
    void reject(RejectReason reason, Bhs rejected) {
        services.counters().rejects().increment();
        LOG.debug("{} from {} is rejected: {}", rejected, this, reason);
        Reject reject = new Reject();
        reject.initiatorTaskTag(Bhs.RESERVED_TAG);
        reject.reason(reason.code());
        ByteBuf header = channel.alloc().directBuffer(Bhs.LENGTH, Bhs.LENGTH);
        rejected.writeTo(header);
        sendStatus(reject, header);
    }

    /** Asks the initiator to log out (RFC 7143 11.9.1, event 1), and closes when it did not in time. Any thread. */
    public void requestLogout() {
        loop.execute(() -> {
            if (phase == Phase.DISCOVERY) {
                close("the portal stops");
            } else if (phase == Phase.FULL_FEATURE) {
                phase(Phase.LOGOUT_REQUESTED, "the portal stops");
                int seconds = (int) Math.max(1, services.limits().logoutTime().toSeconds());
                async(ASYNC_LOGOUT_REQUEST, 0, 0, seconds);
                Channels.later(channel, loop, seconds * 1000L, () -> close("no logout in time"));
            }
        });
    }

    /** Asks the initiator to negotiate anew (event 4): it has that long for a Text Request. Any thread. */
    public void requestNegotiation(int seconds) {
        loop.execute(() -> {
            if (phase == Phase.FULL_FEATURE) {
                async(ASYNC_NEGOTIATE, 0, 0, seconds);
                text.expect();
                Channels.later(channel, loop, seconds * 1000L, () -> {
                    if (text.expected()) {
                        close("no negotiation in time");
                    }
                });
            }
        });
    }

    /** Tells of another connection that is gone (event 2), or of the end of them all (event 3). */
    void announceDrop(@Nullable Integer cid) {
        if (phase == Phase.FULL_FEATURE || phase == Phase.LOGOUT_REQUESTED) {
            OperationalParameters agreed = admitted.parameters();
            int wait = agreed.defaultTime2Wait();
            if (cid == null) {
                async(ASYNC_SESSION_DROPPED, 0, wait, 0);
            } else {
                int retain = agreed.errorRecoveryLevel() == 2 ? agreed.defaultTime2Retain() : 0;
                async(ASYNC_CONNECTION_DROPPED, cid, wait, retain);
            }
        }
    }

    private void async(int event, int first, int second, int third) {
        AsyncMessage message = new AsyncMessage();
        message.initiatorTaskTag(Bhs.RESERVED_TAG);
        message.asyncEvent(event);
        message.parameter1(first);
        message.parameter2(second);
        message.parameter3(third);
        sendStatus(message, null);
    }

    /** Runs the action once the initiator has all that was sent so far, which it is asked; or when the connection is gone. */
    void whenAcknowledged(Runnable action) {
        StatusLog sent = log;
        if (sent == null || phase == Phase.CLOSED) {
            action.run();
        } else if (!sent.whenAcknowledged(action)) {
            pings.ask();
        }
    }

    // ---- ending -----------------------------------------------------------------------------------------------------

    Phase phase() {
        return phase;
    }

    void phase(Phase next, String reason) {
        if (phase != next) {
            LOG.debug("{}: {} -> {}, {}", this, phase, next, reason);
            phase = next;
        }
    }

    /** Closes the channel once what was sent so far has left. */
    void closeAfterFlush(String reason) {
        writer.flush();
        release(reason);
        Channels.closeAfterWrites(channel);
    }

    /** Closes the channel now and ends the session. On the loop; a second call does nothing. */
    public void close(String reason) {
        release(reason);
        Channels.close(channel);
    }

    /** Gives everything back; what becomes of the commands is the session's business. */
    private void release(String reason) {
        if (phase == Phase.CLOSED) {
            return;
        }
        phase(Phase.CLOSED, reason);
        pings.stop();
        text.release();
        for (Turn held : window.takeHeld(turn -> turn.connection() == this)) {
            held.cancel();
        }
        StatusLog sent = log;
        if (sent != null) {
            sent.close();
        }
        writer.close();
        Session carried = session;
        if (carried != null) {
            carried.gone(this, departure);
        }
    }

    /** Closes for a reason that the session knows of. */
    void leave(Departure why, String reason) {
        departure = why;
        close(reason);
    }

    /** As {@link #leave}, once what was sent so far has left. */
    void leaveAfterFlush(Departure why, String reason) {
        departure = why;
        closeAfterFlush(reason);
    }

    /** The initiator's MaxRecvDataSegmentLength in bytes. */
    int maxSendSegment() {
        return maxSendSegment;
    }

    void maxSendSegment(int bytes) {
        maxSendSegment = bytes;
        ScsiCommands scsi = commands;
        if (scsi != null) {
            scsi.maxSendSegment(bytes);
        }
    }

    // ---- for the rooms ----------------------------------------------------------------------------------------------

    Channel channel() {
        return channel;
    }

    /** The session's loop, where everything here happens. */
    public EventLoop loop() {
        return loop;
    }

    @Nullable
    StatusLog log() {
        return log;
    }

    Services services() {
        return services;
    }

    Admitted admitted() {
        return admitted;
    }

    CommandWindow<Turn> window() {
        return window;
    }

    @Nullable
    ScsiCommands commands() {
        return commands;
    }

    /** For the list of sessions; any thread. */
    SessionInfo info() {
        Session carried = nonNull(session);
        return new SessionInfo(
                carried.name(),
                carried.tsih(),
                peer,
                admitted.parameters().headerDigest(),
                admitted.parameters().dataDigest(),
                carried.tasks().taken().sum(),
                since);
    }

    /** Who is on the other side, for logs. */
    @Override
    public String toString() {
        return admitted.initiatorName() + " at " + peer;
    }
}
