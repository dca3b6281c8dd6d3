package dev.sandstone.iscsi.session;

import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.NexusLoss;
import dev.sandstone.scsi.task.ScsiDevice;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A normal session: its nexus, its command window, and the one connection it has (MaxConnections is 1).
 *
 * <pre>
 *   WAITING --predecessor gone--> ACTIVE --end--> ENDING --nexus closed--> ENDED
 *      |                            ^  |
 *      +----------end------------+  |  +--move--> (tasks aborted) --> ACTIVE on another connection's loop
 *                                v
 *                              ENDED
 * </pre>
 *
 * <p>Lives on one event loop; {@link #end} and {@link #move} may be called from any thread and hop there. Time2Retain is
 * 0: a session dies with its connection, so nothing outlives the initiator's knowledge of it.
 */
public final class Session {
    private enum State {
        WAITING,
        ACTIVE,
        MOVING,
        ENDING,
        ENDED
    }

    private final SessionRegistry registry;
    private final SessionName name;
    private final int tsih;
    private final ScsiDevice device;
    private final Consumer<@Nullable Session> ready;
    private final List<Runnable> afterEnd = new ArrayList<>(1);
    private volatile EventLoop loop;

    private State state = State.WAITING;
    private @Nullable Nexus nexus;
    private @Nullable CommandWindow<Turn> window;
    private volatile @Nullable Connection connection;

    /**
     * @param ready told once, on the loop: the session when its nexus is open, null when it was ended before
     */
    Session(SessionRegistry registry, Entry entry, EventLoop loop, Consumer<@Nullable Session> ready) {
        this.registry = registry;
        this.name = entry.name();
        this.tsih = entry.tsih();
        this.device = entry.device();
        this.loop = loop;
        this.ready = ready;
    }

    /** What makes a new session. */
    record Entry(SessionName name, int tsih, ScsiDevice device) {}

    public SessionName name() {
        return name;
    }

    public int tsih() {
        return tsih;
    }

    EventLoop loop() {
        return loop;
    }

    @Nullable
    Connection connection() {
        return connection;
    }

    /** The predecessor is gone: opens the nexus, unless the session was ended while it waited. */
    void predecessorGone() {
        if (state != State.WAITING) {
            registry.forget(this);
            runAfterEnd();
            return;
        }
        state = State.ACTIVE;
        nexus = device.openNexus(name.initiatorPort(), name.initiatorName(), name.portalGroup());
        ready.accept(this);
    }

    /** The connection that carries the session from now on. */
    void attach(Connection carrier) {
        connection = carrier;
    }

    Nexus nexus() {
        Nexus open = nexus;
        if (open == null) {
            throw new IllegalStateException("the session has no nexus yet");
        }
        return open;
    }

    /** The command window; its first number is given by the leading login and does not change when the session moves. */
    CommandWindow<Turn> window(int firstCmdSn) {
        CommandWindow<Turn> current = window;
        if (current == null) {
            current = new CommandWindow<>(firstCmdSn);
            window = current;
        }
        return current;
    }

    /** Ends the session: closes its connection, aborts its tasks; then runs {@code done} on its loop. Any thread. */
    public void end(NexusLoss reason, Runnable done) {
        EventLoop at = loop;
        if (at.inEventLoop()) {
            endHere(reason, done);
        } else {
            at.execute(() -> end(reason, done));
        }
    }

    private void endHere(NexusLoss reason, Runnable done) {
        if (state == State.ENDED && nexus == null && !afterEnd.isEmpty()) {
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
            case ACTIVE, MOVING -> {
                state = State.ENDING;
                afterEnd.add(done);
                Connection carrier = connection;
                if (carrier != null && reason != NexusLoss.LOGOUT) {
                    carrier.close(reason == NexusLoss.REINSTATED ? "the session was reinstated" : "the session ended");
                }
                nexus().close(reason, () -> onLoop(this::ended));
            }
            case ENDING -> afterEnd.add(done);
            case ENDED -> done.run();
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

    /**
     * Connection reinstatement (RFC 7143 6.3.4): closes the old connection, aborts its tasks, and hands the session to
     * another loop. {@code ready} gets true there; false on either loop when the session ended meanwhile. Any thread.
     */
    void move(EventLoop to, Consumer<Boolean> ready) {
        EventLoop at = loop;
        if (!at.inEventLoop()) {
            at.execute(() -> move(to, ready));
            return;
        }
        Connection old = connection;
        if (state != State.ACTIVE || old == null) {
            to.execute(() -> ready.accept(false));
            return;
        }
        state = State.MOVING;
        old.surrender(() -> onLoop(() -> {
            if (state != State.MOVING) {
                to.execute(() -> ready.accept(false));
                return;
            }
            state = State.ACTIVE;
            loop = to;
            to.execute(() -> ready.accept(true));
        }));
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
