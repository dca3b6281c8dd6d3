package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.login.LoginIdentity;
import dev.sandstone.iscsi.pdu.LoginException;
import dev.sandstone.iscsi.pdu.LoginStatus;
import dev.sandstone.iscsi.text.OperationalParameters;

/** Tells the login which sessions there are. A session has one connection: a login with a TSIH can only reinstate that. */
public final class LoginSessions implements dev.sandstone.iscsi.login.SessionRegistry {
    private final SessionRegistry sessions;

    public LoginSessions(SessionRegistry sessions) {
        this.sessions = sessions;
    }

    @Override
    public OperationalParameters join(LoginIdentity identity) throws LoginException {
        Connection connection = connection(identity);
        if (connection.admitted().cid() != identity.cid()) {
            throw new LoginException(
                    LoginStatus.TOO_MANY_CONNECTIONS,
                    "the session has its one connection, CID "
                            + connection.admitted().cid());
        }
        return connection.admitted().parameters();
    }

    private Connection connection(LoginIdentity identity) throws LoginException {
        Session session = sessions.find(nameOf(identity), identity.tsih());
        Connection connection = session == null ? null : session.connection();
        if (connection == null) {
            throw new LoginException(LoginStatus.SESSION_DOES_NOT_EXIST, "no such session, TSIH " + identity.tsih());
        }
        return connection;
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
                identity.initiatorName(), identity.isid(), identity.targetName().orElse(""), identity.portalGroup());
    }
}
