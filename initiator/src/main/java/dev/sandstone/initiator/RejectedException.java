package dev.sandstone.initiator;

import dev.sandstone.iscsi.pdu.RejectReason;

/** The target answered a request with a Reject PDU. */
public final class RejectedException extends InitiatorException {
    private static final long serialVersionUID = 1L;

    private final int reason;

    public RejectedException(int reason) {
        super("rejected by the target, reason 0x" + Integer.toHexString(reason) + " " + RejectReason.of(reason));
        this.reason = reason;
    }

    /** The reason code of the Reject PDU. */
    public int reason() {
        return reason;
    }
}
