package dev.sandstone.initiator;

/** The target broke a rule of RFC 7143: a wrong number, an unknown tag, data out of place. The connection is closed. */
public final class TargetProtocolException extends InitiatorException {
    private static final long serialVersionUID = 1L;

    public TargetProtocolException(String message) {
        super(message);
    }
}
