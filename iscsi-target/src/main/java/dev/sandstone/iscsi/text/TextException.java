package dev.sandstone.iscsi.text;

/** The text breaks a rule of RFC 7143 6. In a login: Initiator Error 0200h; in the full feature phase: Reject 04h. */
public final class TextException extends Exception {
    private static final long serialVersionUID = 1L;

    /** No stack trace: a peer must not be able to buy one for every PDU. */
    public TextException(String message) {
        super(message, null, false, false);
    }
}
