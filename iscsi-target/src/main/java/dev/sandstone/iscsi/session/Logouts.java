package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.LogoutRequest;
import dev.sandstone.iscsi.pdu.LogoutResponse;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.text.OperationalParameters;
import dev.sandstone.scsi.task.NexusLoss;
import org.jspecify.annotations.Nullable;

/**
 * Logout (RFC 7143 11.14, 11.15): of the session, of this connection or another one, or of one that is gone, so that its
 * commands can be reassigned. What ends has ended before the answer goes out. Closing the last connection closes the session.
 */
final class Logouts {
    private static final int CLOSE_SESSION = 0;
    private static final int CLOSE_CONNECTION = 1;
    private static final int REMOVE_FOR_RECOVERY = 2;

    private static final int CLOSED = 0;
    private static final int CID_NOT_FOUND = 1;
    private static final int NO_RECOVERY = 2;

    private final Connection connection;
    private final @Nullable Session session;

    Logouts(Connection connection, @Nullable Session session) {
        this.connection = connection;
        this.session = session;
    }

    void request(Bhs bhs) {
        LogoutRequest request = new LogoutRequest(bhs.copy());
        connection.inTurn(request, new SimpleTurn(connection, !request.immediate(), () -> perform(request), () -> {}));
    }

    private void perform(LogoutRequest request) {
        int reason = request.reason();
        Session carried = session;
        if (request.initiatorTaskTag() == Bhs.RESERVED_TAG
                || reason > REMOVE_FOR_RECOVERY
                || (carried == null && reason != CLOSE_SESSION)) {
            connection.reject(RejectReason.INVALID_PDU_FIELD, request);
        } else if (carried == null) {
            connection.phase(Phase.LOGGING_OUT, "logout request");
            finish(request, Departure.CLOSED);
        } else if (reason == CLOSE_SESSION) {
            closeSession(carried, request);
        } else if (reason == CLOSE_CONNECTION) {
            closeConnection(carried, request);
        } else {
            remove(carried, request);
        }
    }

    private void closeSession(Session ending, LogoutRequest request) {
        connection.phase(Phase.LOGGING_OUT, "logout request");
        ending.end(NexusLoss.LOGOUT, () -> finish(request, Departure.CLOSED));
    }

    private void closeConnection(Session carried, LogoutRequest request) {
        if (request.cid() != connection.admitted().cid()) {
            boolean found = carried.closeConnection(request.cid(), () -> respond(request, CLOSED));
            if (!found) {
                respond(request, CID_NOT_FOUND);
            }
        } else if (carried.isLast(connection)) {
            closeSession(carried, request);
        } else {
            connection.phase(Phase.LOGGING_OUT, "logout request");
            carried.endTasks(connection, () -> finish(request, Departure.CLOSED));
        }
    }

    private void remove(Session carried, LogoutRequest request) {
        if (connection.admitted().parameters().errorRecoveryLevel() < 2) {
            respond(request, NO_RECOVERY);
        } else if (request.cid() == connection.admitted().cid()) {
            connection.phase(Phase.LOGGING_OUT, "logout request");
            finish(request, Departure.REMOVED);
        } else {
            respond(request, carried.removeConnection(request.cid()) ? CLOSED : CID_NOT_FOUND);
        }
    }

    private void finish(LogoutRequest request, Departure why) {
        if (connection.phase() != Phase.CLOSED) {
            respond(request, CLOSED);
            connection.leaveAfterFlush(why, "logout");
        }
    }

    /** Below error recovery level 2 nothing is kept: both times are 0, whoever was logged out may come back at once. */
    private void respond(LogoutRequest request, int code) {
        LogoutResponse response = new LogoutResponse();
        response.initiatorTaskTag(request.initiatorTaskTag());
        response.response(code);
        OperationalParameters agreed = connection.admitted().parameters();
        if (agreed.errorRecoveryLevel() == 2 && code == CLOSED && request.reason() != CLOSE_SESSION) {
            response.time2Wait(agreed.defaultTime2Wait());
            response.time2Retain(agreed.defaultTime2Retain());
        }
        connection.sendStatus(response, null);
    }
}
