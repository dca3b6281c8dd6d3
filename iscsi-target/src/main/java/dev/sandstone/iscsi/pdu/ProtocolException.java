package dev.sandstone.iscsi.pdu;

/**
 * The peer broke a rule of RFC 7143. The subclass says how far the damage reaches: a {@link FatalProtocolException} ends
 * the connection, a {@link RejectException} costs the PDU, a {@link LoginException} ends the login with a status.
 *
 * <p>Carries no stack trace: a peer must not be able to buy one for every PDU.
 */
public abstract sealed class ProtocolException extends Exception
        permits FatalProtocolException, RejectException, LoginException {
    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
        super(message, null, false, false);
    }
}
