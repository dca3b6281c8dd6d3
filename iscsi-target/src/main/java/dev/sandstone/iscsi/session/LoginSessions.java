package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.login.LoginIdentity;
import dev.sandstone.iscsi.pdu.LoginException;
import dev.sandstone.iscsi.pdu.LoginStatus;
import dev.sandstone.iscsi.text.OperationalParameters;
import java.util.List;

/**
 * Tells the login which sessions there are. A login with a TSIH adds a connection to one, as long as it agreed to so many, or
 * takes the place of the connection with the same CID.
 */
public final class LoginSessions implements dev.sandstone.iscsi.login.SessionRegistry {
    private final SessionRegistry sessions;

    public LoginSessions(SessionRegistry sessions) {
        this.sessions = sessions;
    }

    @Override
    public OperationalParameters join(LoginIdentity identity) throws LoginException {
        Session session = sessions.find(nameOf(identity), identity.tsih());
        OperationalParameters agreed = session == null ? null : session.agreed();
        if (session == null || agreed == null) {
            throw new LoginException(LoginStatus.SESSION_DOES_NOT_EXIST, "no such session, TSIH " + identity.tsih());
        }
        List<Connection> connections = session.connections();
        boolean known = connections.stream()
                .anyMatch(connection -> connection.admitted().cid() == identity.cid());
        if (!known && connections.size() >= agreed.maxConnections()) {
            throw new LoginException(
                    LoginStatus.TOO_MANY_CONNECTIONS,
                    "the session has the " + agreed.maxConnections() + " connections it agreed to");
        }
        return agreed;
    }

    @Override
    public int admit(LoginIdentity identity) throws LoginException {
        if (identity.tsih() != 0) {
            join(identity);
            return identity.tsih();
        }
        int tsih = sessions.reserve();
        if (tsih == 0) {
            throw new LoginException(LoginStatus.OUT_OF_RESOURCES, "all session handles are in use");
        }
        return tsih;
    }

    /** The session's name; a discovery session has no target. */
    public static SessionName nameOf(LoginIdentity identity) {
        return new SessionName(
                identity.initiatorName(), identity.isid(), identity.targetName().orElse(""));
    }
}
