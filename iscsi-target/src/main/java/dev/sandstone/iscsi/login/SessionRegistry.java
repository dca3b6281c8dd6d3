package dev.sandstone.iscsi.login;

import dev.sandstone.iscsi.pdu.LoginException;
import dev.sandstone.iscsi.text.OperationalParameters;

/** The sessions of this target node as a login must know them; answered by the session layer. Never blocks. */
public interface SessionRegistry {

    /**
     * For a login with a TSIH other than 0, once it is authenticated: the session it wants to join.
     *
     * @return the parameters of that session; keys that only a leading login may negotiate keep them
     * @throws LoginException SESSION_DOES_NOT_EXIST when name, ISID, TSIH and target name no session;
     *     TOO_MANY_CONNECTIONS when the CID is new and the session has all the connections it may have
     */
    OperationalParameters join(LoginIdentity identity) throws LoginException;

    /**
     * Called once the login has passed, before its last response: reserves the session's place. The session layer carries
     * out what follows (session reinstatement for the same initiator port and target with TSIH 0, connection reinstatement
     * for the same CID; RFC 7143 6.3.5) when it gets the outcome, before it sends the response.
     *
     * @return the TSIH for the response, never 0: a new one for TSIH 0, else that of the identity
     * @throws LoginException OUT_OF_RESOURCES, SERVICE_UNAVAILABLE or as {@link #join}
     */
    int admit(LoginIdentity identity) throws LoginException;
}
