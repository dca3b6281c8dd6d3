package dev.sandstone.iscsi.pdu;

/**
 * The peer broke a rule of RFC 7143. The subclass says how far the damage reaches: a {@link FatalProtocolException} ends
 * the connection, a {@link LoginException} ends the login with a status. What costs only one PDU is no exception: the
 * session answers it with a Reject ({@link RejectReason}) or with sense data.
 *
 * <p>Carries no stack trace: a peer must not be able to buy one for every PDU.
 */
public abstract sealed class ProtocolException extends Exception permits FatalProtocolException, LoginException {
    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
        super(message, null, false, false);
    }
}
