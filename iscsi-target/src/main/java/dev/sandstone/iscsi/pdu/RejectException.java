package dev.sandstone.iscsi.pdu;

/** This PDU is answered by a Reject PDU with the reason; the connection goes on (RFC 7143 11.17). */
public final class RejectException extends ProtocolException {
    private static final long serialVersionUID = 1L;

    private final RejectReason reason;

    public RejectException(RejectReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public RejectReason reason() {
        return reason;
    }
}
