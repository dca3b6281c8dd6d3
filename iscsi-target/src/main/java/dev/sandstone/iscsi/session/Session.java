package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.LoginStatus;
import dev.sandstone.iscsi.text.OperationalParameters;
import dev.sandstone.iscsi.transfer.Transfer;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.NexusLoss;
import dev.sandstone.scsi.task.ScsiDevice;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A normal session: its nexus, its command window, its commands, and the connections it has.
 *
 * <pre>
 *   WAITING --predecessor gone--> ACTIVE --end--> ENDING --nexus closed--> ENDED
 *      |                            |  ^
 *      +----------end-----+         +--+  connections come and go
 *                         v
 *                       ENDED
 * </pre>
 *
 * <p>Lives on one event loop, that of its first connection; connections with a channel on another loop hand their PDUs over.
 * {@link #end} and {@link #join} may be called from any thread and hop there. Below error recovery level 2 a session dies with
 * its last connection, so nothing outlives the initiator's knowledge of it; at level 2 it waits for Time2Wait and Time2Retain.
 */
public final class Session {
    /** The portal group all portals belong to. */
    public static final int PORTAL_GROUP = 1;

    private enum State {
        WAITING,
        ACTIVE,
        ENDING,
        ENDED
    }

    private final SessionRegistry registry;
    private final SessionName name;
    private final int tsih;
    private final ScsiDevice device;
    private final SessionLimits limits;
    private final Consumer<@Nullable Session> ready;
    private final List<Runnable> afterEnd = new ArrayList<>(1);
    private final LostConnections lost = new LostConnections(this);
    private volatile EventLoop loop;

    private State state = State.WAITING;
    private @Nullable SessionTasks tasks;
    private @Nullable CommandWindow<Turn> window;
    private @Nullable ScheduledFuture<?> ticker;
    private int joining;
    private volatile List<Connection> connections = List.of();
    private volatile @Nullable OperationalParameters agreed;

    /**
     * @param ready told once, on the loop: the session when its nexus is open, null when it was ended before
     */
    Session(SessionRegistry registry, Entry entry, EventLoop loop, Consumer<@Nullable Session> ready) {
        this.registry = registry;
        this.name = entry.name();
        this.tsih = entry.tsih();
        this.device = entry.device();
        this.limits = entry.limits();
        this.loop = loop;
        this.ready = ready;
    }

    /** What makes a new session. */
    record Entry(SessionName name, int tsih, ScsiDevice device, SessionLimits limits) {}

    /**
     * What a connection that joins must know.
     *
     * @param status SUCCESS, or why it may not
     * @param loop where to hand its PDUs to
     * @param expCmdSn of the command window as it is
     * @param maxCmdSn of the command window as it is
     */
    record Joined(LoginStatus status, Session session, EventLoop loop, int expCmdSn, int maxCmdSn) {}

    public SessionName name() {
        return name;
    }

    public int tsih() {
        return tsih;
    }

    EventLoop loop() {
        return loop;
    }

    /** Those in full feature phase. Any thread. */
    List<Connection> connections() {
        return connections;
    }

    /** What the leading login agreed on; null before its end. Any thread. */
    @Nullable
    OperationalParameters agreed() {
        return agreed;
    }

    /** The predecessor is gone: opens the nexus, unless the session was ended while it waited. */
    void predecessorGone() {
        if (state != State.WAITING) {
            registry.forget(this);
            runAfterEnd();
            return;
        }
        state = State.ACTIVE;
        Nexus nexus = device.openNexus(name.initiatorPort(), name.initiatorName(), PORTAL_GROUP);
        tasks = new SessionTasks(nexus, limits);
        ready.accept(this);
    }

    Nexus nexus() {
        return tasks().nexus();
    }

    SessionTasks tasks() {
        SessionTasks open = tasks;
        if (open == null) {
            throw new IllegalStateException("the session has no nexus yet");
        }
        return open;
    }

    /** The command window; its first number is given by the leading login and does not change with later ones. */
    CommandWindow<Turn> window(int firstCmdSn) {
        CommandWindow<Turn> current = window;
        if (current == null) {
            current = new CommandWindow<>(firstCmdSn);
            window = current;
        }
        return current;
    }

    // ---- connections come -------------------------------------------------------------------------------------------

    /** Whether a connection may be attached still. On the loop. */
    boolean mayAttach() {
        return state == State.ACTIVE;
    }

    /** A connection is in full feature phase. On the loop. */
    void attach(Connection carrier) {
        if (agreed == null) {
            agreed = carrier.admitted().parameters();
        } else {
            joining--;
        }
        List<Connection> more = new ArrayList<>(connections);
        more.add(carrier);
        connections = List.copyOf(more);
        if (ticker == null && carrier.admitted().parameters().errorRecoveryLevel() > 0) {
            long interval = limits.sequenceTime().toMillis();
            ticker = loop.scheduleWithFixedDelay(this::tick, interval, interval, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        for (Connection connection : connections) {
            ScsiCommands commands = connection.commands();
            if (commands != null && connection.wasSilent() && connection.mayRead()) {
                commands.tick();
            }
        }
    }

    /**
     * A login wants to add a connection. One with the same CID is logged out by that (connection reinstatement, RFC 7143
     * 6.3.4): its commands are ended, at error recovery level 2 they wait to be reassigned. Any thread.
     *
     * @param from the loop of the new connection; {@code ready} is called there. When it may join {@link #attach} or {@link
     *     #joinFailed} must follow.
     */
    void join(int cid, EventLoop from, Consumer<Joined> ready) {
        EventLoop at = loop;
        if (!at.inEventLoop()) {
            at.execute(() -> join(cid, from, ready));
            return;
        }
        OperationalParameters agreement = agreed;
        Connection old = find(cid);
        if (state != State.ACTIVE || agreement == null) {
            answer(LoginStatus.SESSION_DOES_NOT_EXIST, from, ready);
            return;
        }
        if (old == null && connections.size() + joining >= agreement.maxConnections()) {
            answer(LoginStatus.TOO_MANY_CONNECTIONS, from, ready);
            return;
        }
        joining++;
        lost.loggedOut(cid);
        if (old == null) {
            joined(from, ready);
        } else if (agreement.errorRecoveryLevel() == 2) {
            old.leave(Departure.REMOVED, "the connection was reinstated");
            joined(from, ready);
        } else {
            closeConnection(cid, () -> joined(from, ready));
        }
    }

    private void joined(EventLoop from, Consumer<Joined> ready) {
        if (state != State.ACTIVE) {
            answer(LoginStatus.SESSION_DOES_NOT_EXIST, from, ready);
            return;
        }
        // Nothing of the session is left on the old loop: one connection is fastest on a loop of its own.
        if (connections.isEmpty() && joining == 1 && tasks().size() == 0 && lost.isEmpty()) {
            stopTicking();
            loop = from;
        }
        answer(LoginStatus.SUCCESS, from, ready);
    }

    private void answer(LoginStatus status, EventLoop from, Consumer<Joined> ready) {
        CommandWindow<Turn> numbers = window;
        int expCmdSn = numbers == null ? 0 : numbers.expCmdSn();
        int maxCmdSn = numbers == null ? 0 : numbers.maxCmdSn();
        Joined result = new Joined(status, this, loop, expCmdSn, maxCmdSn);
        from.execute(() -> ready.accept(result));
    }

    /** A connection that was let in did not come. Any thread. */
    void joinFailed() {
        onLoop(() -> {
            joining--;
            endWhenDeserted();
        });
    }

    private @Nullable Connection find(int cid) {
        for (Connection connection : connections) {
            if (connection.admitted().cid() == cid) {
                return connection;
            }
        }
        return null;
    }

    boolean isLast(Connection connection) {
        return connections.size() == 1 && connections.contains(connection) && joining == 0;
    }

    // ---- connections go ---------------------------------------------------------------------------------------------

    /** A connection is gone. On the loop. */
    void gone(Connection connection, Departure why) {
        List<Connection> left = new ArrayList<>(connections);
        left.remove(connection);
        connections = List.copyOf(left);
        ScsiCommands commands = connection.commands();
        OperationalParameters agreement = connection.admitted().parameters();
        if (commands == null) {
            return;
        }
        boolean keep = state == State.ACTIVE
                && why != Departure.CLOSED
                && agreement.errorRecoveryLevel() == 2
                && agreement.defaultTime2Retain() > 0;
        if (keep) {
            commands.orphan();
            lost.add(connection, commands, why == Departure.REMOVED);
        } else if (state != State.ACTIVE || (left.isEmpty() && joining == 0 && lost.isEmpty())) {
            // The end of the nexus ends the rest.
            commands.connectionLost();
        } else {
            commands.discard();
        }
        if (state == State.ACTIVE && why == Departure.LOST && !left.isEmpty()) {
            left.getFirst().announceDrop(connection.admitted().cid());
        }
        endWhenDeserted();
    }

    /** Ends the session when it has no connection and nothing to wait for. */
    void endWhenDeserted() {
        if (state == State.ACTIVE && connections.isEmpty() && joining == 0 && lost.isEmpty()) {
            end(NexusLoss.CONNECTION_LOST, () -> {});
        }
    }

    /** Ends the commands of a connection that was asked to log out; then runs {@code done}, on the loop. */
    void endTasks(Connection connection, Runnable done) {
        ScsiCommands commands = connection.commands();
        if (commands == null) {
            done.run();
        } else {
            commands.connectionLost();
            commands.abortAll(done);
        }
    }

    /**
     * Closes another connection, or gives up what is left of one that was lost, and ends its commands; then runs {@code
     * done}, on the loop.
     *
     * @return whether there is one of that CID
     */
    boolean closeConnection(int cid, Runnable done) {
        Connection other = find(cid);
        if (other == null) {
            boolean found = lost.giveUp(cid);
            if (found) {
                done.run();
            }
            return found;
        }
        other.phase(Phase.LOGGING_OUT, "another connection closes it");
        endTasks(other, () -> {
            other.leave(Departure.CLOSED, "closed by another connection");
            done.run();
        });
        return true;
    }

    /** Removes another connection for recovery: its commands may be reassigned now; false: there is none of that CID. */
    boolean removeConnection(int cid) {
        Connection other = find(cid);
        if (other == null) {
            return lost.loggedOut(cid);
        }
        other.leave(Departure.REMOVED, "removed for recovery");
        return true;
    }

    /** Whether a command may be reassigned: its connection is gone and was logged out. */
    boolean mayReassign(Transfer transfer) {
        return lost.mayReassign(transfer);
    }

    /**
     * Runs the action once the initiator has all that was sent over the other connections so far (RFC 7143 4.2.3.3: the
     * answer to a task management function comes after all responses it speaks of).
     */
    void fence(Connection issuing, Runnable action) {
        Countdown countdown = new Countdown(action);
        for (Connection other : connections) {
            if (other != issuing) {
                countdown.add();
                other.whenAcknowledged(countdown::step);
            }
        }
        countdown.step();
    }

    // ---- the end ----------------------------------------------------------------------------------------------------

    /** Ends the session: closes its connections, aborts its tasks; then runs {@code done} on its loop. Any thread. */
    public void end(NexusLoss reason, Runnable done) {
        EventLoop at = loop;
        if (at.inEventLoop()) {
            endHere(reason, done);
        } else {
            at.execute(() -> end(reason, done));
        }
    }

    /** As {@link #end}, after the initiator was told (RFC 7143 11.9.1, event 3). Any thread. */
    void endByTarget() {
        onLoop(() -> {
            connections.forEach(connection -> connection.announceDrop(null));
            end(NexusLoss.CONNECTION_LOST, () -> {});
        });
    }

    private void endHere(NexusLoss reason, Runnable done) {
        if (state == State.ENDED && tasks == null && !afterEnd.isEmpty()) {
            // Ended while it still waits for its predecessor: the end is complete when that is gone.
            afterEnd.add(done);
            return;
        }
        switch (state) {
            case WAITING -> {
                state = State.ENDED;
                afterEnd.add(done);
                ready.accept(null);
            }
            case ACTIVE -> {
                state = State.ENDING;
                afterEnd.add(done);
                stopTicking();
                String why = reason == NexusLoss.REINSTATED ? "the session was reinstated" : "the session ended";
                for (Connection carrier : connections) {
                    if (reason == NexusLoss.REINSTATED) {
                        carrier.leave(Departure.CLOSED, why);
                    } else if (carrier.phase() != Phase.LOGGING_OUT || reason != NexusLoss.LOGOUT) {
                        carrier.leaveAfterFlush(Departure.CLOSED, why);
                    }
                }
                lost.clear();
                tasks().forgetAll();
                nexus().close(reason, () -> onLoop(this::ended));
            }
            case ENDING -> afterEnd.add(done);
            case ENDED -> done.run();
        }
    }

    private void stopTicking() {
        ScheduledFuture<?> running = ticker;
        ticker = null;
        if (running != null) {
            running.cancel(false);
        }
    }

    private void ended() {
        state = State.ENDED;
        registry.forget(this);
        runAfterEnd();
    }

    private void runAfterEnd() {
        List<Runnable> waiting = List.copyOf(afterEnd);
        afterEnd.clear();
        for (Runnable task : waiting) {
            task.run();
        }
    }

    private void onLoop(Runnable task) {
        EventLoop at = loop;
        if (at.inEventLoop()) {
            task.run();
        } else {
            at.execute(task);
        }
    }
}
