package dev.sandstone.initiator;

/** The target answered a request with a Reject PDU. */
public final class RejectedException extends InitiatorException {
    private static final long serialVersionUID = 1L;

    private final int reason;

    public RejectedException(int reason) {
        super("rejected, reason 0x" + Integer.toHexString(reason) + " (RFC 7143 11.17.1)");
        this.reason = reason;
    }

    /** The reason code of the Reject PDU. */
    public int reason() {
        return reason;
    }
}
