package dev.sandstone.iscsi.pdu;

/** The byte stream or the connection's state cannot be trusted any more: close the connection (RFC 7143 7.7, 7.9). */
public final class FatalProtocolException extends ProtocolException {
    private static final long serialVersionUID = 1L;

    public FatalProtocolException(String message) {
        super(message);
    }
}
