package dev.sandstone.iscsi.pdu;

/** The login ends with a Login Response of this status, then the connection is closed (RFC 7143 11.13.5). */
public final class LoginException extends ProtocolException {
    private static final long serialVersionUID = 1L;

    private final LoginStatus status;

    public LoginException(LoginStatus status, String message) {
        super(message);
        this.status = status;
    }

    public LoginStatus status() {
        return status;
    }
}
