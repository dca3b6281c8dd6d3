package dev.sandstone.iscsi.session;

/**
 * Where a connection stands (RFC 7143 8.1.3, the target's states; S1 and S3 belong to TCP).
 *
 * <pre>
 *   LOGIN --success--> ENTERING --predecessor gone--> FULL_FEATURE or DISCOVERY
 *   FULL_FEATURE --Async logout request--> LOGOUT_REQUESTED
 *   FULL_FEATURE, DISCOVERY, LOGOUT_REQUESTED --Logout Request--> LOGGING_OUT
 *   any --close, error--> CLOSED
 * </pre>
 */
public enum Phase {
    /** S4: only Login Requests. */
    LOGIN,
    /** The login succeeded; its last response waits until the session it replaces is gone. */
    ENTERING,
    /** S5 in a normal session. */
    FULL_FEATURE,
    /** S5 in a discovery session. */
    DISCOVERY,
    /** S7: the initiator was asked to log out. */
    LOGOUT_REQUESTED,
    /** S6: the Logout Request came. */
    LOGGING_OUT,
    /** S1: nothing is read or sent any more. */
    CLOSED
}
