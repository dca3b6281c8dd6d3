package dev.sandstone.iscsi.session;

import dev.sandstone.scsi.task.NexusLoss;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All normal sessions by name and by TSIH. Used at login and logout only, so a plain lock guards it; nothing is called
 * while it is held.
 *
 * <p>Invariant: of two sessions with one name, the younger opens its nexus after the older closed its own.
 */
public final class SessionRegistry {
    private static final int MAX_TSIH = 0xffff;

    private final Object lock = new Object();
    private final Map<SessionName, Session> byName = new HashMap<>();
    private final Map<Integer, Session> byTsih = new HashMap<>();
    private final BitSet taken = new BitSet();
    private int lastTsih;

    /** Takes a session handle, 1 to 65535; 0 when none is free. Give it back by {@link #release} or the session's end. */
    public int reserve() {
        synchronized (lock) {
            int next = taken.nextClearBit(lastTsih + 1);
            if (next > MAX_TSIH) {
                next = taken.nextClearBit(1);
            }
            if (next > MAX_TSIH) {
                return 0;
            }
            taken.set(next);
            lastTsih = next % MAX_TSIH;
            return next;
        }
    }

    /** Gives back a reserved handle that no session was entered under. */
    public void release(int tsih) {
        synchronized (lock) {
            taken.clear(tsih);
        }
    }

    /**
     * Enters a new session, after the one of the same name, if any, was ended (session reinstatement, RFC 7143 6.3.5).
     *
     * @param entry its handle is one of {@link #reserve}
     * @param ready told once, on the loop: the session when its nexus is open, null when it was ended before
     */
    Session enter(Session.Entry entry, EventLoop loop, Consumer<@Nullable Session> ready) {
        Session session = new Session(this, entry, loop, ready);
        Session predecessor;
        Deque<EventLoop> others = new ArrayDeque<>();
        synchronized (lock) {
            for (Session other : byTsih.values()) {
                boolean sibling =
                        other.name().initiatorName().equals(entry.name().initiatorName());
                if (sibling && !other.loop().equals(loop) && !others.contains(other.loop())) {
                    others.add(other.loop());
                }
            }
            predecessor = byName.put(entry.name(), session);
            byTsih.put(entry.tsih(), session);
        }
        if (predecessor == null) {
            settle(others, loop, session::predecessorGone);
        } else {
            predecessor.end(NexusLoss.REINSTATED, () -> loop.execute(session::predecessorGone));
        }
        return session;
    }

    /**
     * Lets other loops take two turns each: one to hear that a socket can be read, one to hear that it was closed. So an
     * initiator that closed a connection and came back on another loop does not meet its old nexus.
     */
    private static void settle(Deque<EventLoop> others, EventLoop own, Runnable then) {
        EventLoop next = others.poll();
        if (next == null) {
            then.run();
        } else {
            next.execute(() -> next.execute(() -> own.execute(() -> settle(others, own, then))));
        }
    }

    /** The session with that handle and name, or null. */
    public @Nullable Session find(SessionName name, int tsih) {
        synchronized (lock) {
            Session session = byTsih.get(tsih);
            return session != null && session.name().equals(name) ? session : null;
        }
    }

    void forget(Session session) {
        synchronized (lock) {
            byTsih.remove(session.tsih());
            taken.clear(session.tsih());
            byName.remove(session.name(), session);
        }
    }

    /** Ends all sessions of one target, as its removal demands. */
    public void endTarget(String targetName) {
        end(name -> name.targetName().equals(targetName));
    }

    /** Ends all sessions of the initiator with the target of that session, by whichever port they came. */
    void endSessionsOf(SessionName one) {
        end(name -> name.targetName().equals(one.targetName())
                && name.initiatorName().equals(one.initiatorName()));
    }

    private void end(Predicate<SessionName> which) {
        for (Session session : all()) {
            if (which.test(session.name())) {
                session.endByTarget();
            }
        }
    }

    /** Ends all sessions, those too that wait for a connection. */
    public void endAll() {
        all().forEach(Session::endByTarget);
    }

    public int size() {
        synchronized (lock) {
            return byTsih.size();
        }
    }

    /** All sessions at this moment. */
    public List<Session> all() {
        synchronized (lock) {
            return new ArrayList<>(byTsih.values());
        }
    }

    /** Those in full feature phase. */
    public List<SessionInfo> snapshot() {
        List<SessionInfo> infos = new ArrayList<>();
        for (Session session : all()) {
            List<Connection> connections = session.connections();
            if (!connections.isEmpty()) {
                infos.add(connections.getFirst().info());
            }
        }
        return infos;
    }
}
