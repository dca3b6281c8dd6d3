package dev.sandstone.initiator;

/** The target refused the login, or did not prove itself. */
public final class LoginFailedException extends InitiatorException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** @param status Status-Class and Status-Detail as two bytes; 0 when the initiator refused the target */
    public LoginFailedException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** Status-Class (high byte) and Status-Detail of the Login Response (RFC 7143 11.13.5). */
    public int status() {
        return status;
    }
}
