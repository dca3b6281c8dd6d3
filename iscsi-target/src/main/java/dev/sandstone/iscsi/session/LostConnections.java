package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.text.OperationalParameters;
import dev.sandstone.iscsi.transfer.Transfer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Connections of a session that are gone and whose commands wait to be reassigned (RFC 7143 7.2.2, error recovery level 2).
 *
 * <pre>
 *   lost ---logout, explicit or by a login with its CID--> logged out ---TASK REASSIGN, one by one--> (nothing left)
 *     \----Time2Wait + Time2Retain--> commands ended <---------/
 * </pre>
 *
 * <p>On the session's loop.
 */
final class LostConnections {
    /** So many are remembered; the oldest is given up for another. */
    private static final int MAX = 64;

    private static final class Lost {
        private final int cid;
        private final ScsiCommands commands;
        private final ScheduledFuture<?> timer;
        private boolean loggedOut;

        Lost(int cid, ScsiCommands commands, ScheduledFuture<?> timer, boolean loggedOut) {
            this.cid = cid;
            this.commands = commands;
            this.timer = timer;
            this.loggedOut = loggedOut;
        }
    }

    private final Session session;
    private final List<Lost> all = new ArrayList<>(0);

    LostConnections(Session session) {
        this.session = session;
    }

    void add(Connection connection, ScsiCommands commands, boolean loggedOut) {
        if (all.size() >= MAX) {
            giveUp(all.getFirst());
        }
        OperationalParameters agreed = connection.admitted().parameters();
        long seconds = (long) agreed.defaultTime2Wait() + agreed.defaultTime2Retain();
        ScheduledFuture<?> timer = session.loop()
                .schedule(
                        () -> {
                            giveUp(commands);
                            session.endWhenDeserted();
                        },
                        seconds,
                        TimeUnit.SECONDS);
        all.add(new Lost(connection.admitted().cid(), commands, timer, loggedOut));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Whether the connection that the command was allegiant to was logged out. */
    boolean mayReassign(Transfer transfer) {
        return all.stream().anyMatch(lost -> lost.loggedOut && lost.commands == transfer.link());
    }

    /** The connection of that CID was logged out; false: none is waited for. */
    boolean loggedOut(int cid) {
        boolean found = false;
        for (Lost lost : all) {
            if (lost.cid == cid && !lost.loggedOut) {
                lost.loggedOut = true;
                found = true;
            }
        }
        return found;
    }

    /** Ends the commands of the connection of that CID; false: none is waited for. */
    boolean giveUp(int cid) {
        boolean found = false;
        for (Lost lost : List.copyOf(all)) {
            if (lost.cid == cid) {
                giveUp(lost);
                found = true;
            }
        }
        return found;
    }

    private void giveUp(ScsiCommands commands) {
        for (Lost lost : List.copyOf(all)) {
            if (lost.commands == commands) {
                giveUp(lost);
            }
        }
    }

    private void giveUp(Lost lost) {
        all.remove(lost);
        lost.timer.cancel(false);
        lost.commands.discard();
    }

    /** The session ends and with it all its commands. */
    void clear() {
        all.forEach(lost -> lost.timer.cancel(false));
        all.clear();
    }
}
