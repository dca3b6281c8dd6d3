package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.LogoutRequest;
import dev.sandstone.iscsi.pdu.LogoutResponse;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.scsi.task.NexusLoss;
import org.jspecify.annotations.Nullable;

/**
 * Logout (RFC 7143 11.14, 11.15). A session has one connection, so closing that closes the session: its tasks are aborted,
 * its nexus ends, then the answer goes out and the connection is closed.
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
        boolean discovery = connection.phase() == Phase.DISCOVERY;
        if (request.initiatorTaskTag() == Bhs.RESERVED_TAG
                || reason > REMOVE_FOR_RECOVERY
                || (discovery && reason != CLOSE_SESSION)) {
            connection.reject(RejectReason.INVALID_PDU_FIELD, request);
        } else if (reason == REMOVE_FOR_RECOVERY) {
            respond(request, NO_RECOVERY);
        } else if (reason == CLOSE_CONNECTION
                && request.cid() != connection.admitted().cid()) {
            respond(request, CID_NOT_FOUND);
        } else {
            logout(request);
        }
    }

    private void logout(LogoutRequest request) {
        connection.phase(Phase.LOGGING_OUT, "logout request");
        Session ending = session;
        if (ending == null) {
            finish(request);
        } else {
            ending.end(NexusLoss.LOGOUT, () -> finish(request));
        }
    }

    private void finish(LogoutRequest request) {
        if (connection.phase() != Phase.CLOSED) {
            respond(request, CLOSED);
            connection.closeAfterFlush("logout");
        }
    }

    /** Time2Wait is 0: whoever was logged out may come back at once. Time2Retain is 0: nothing is kept. */
    private void respond(LogoutRequest request, int code) {
        LogoutResponse response = new LogoutResponse();
        response.initiatorTaskTag(request.initiatorTaskTag());
        response.response(code);
        connection.sendStatus(response, null);
    }
}
