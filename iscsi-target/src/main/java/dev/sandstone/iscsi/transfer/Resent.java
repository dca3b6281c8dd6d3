package dev.sandstone.iscsi.transfer;

/** What became of a request for retransmission. */
public enum Resent {
    /** It was done. */
    DONE,
    /** It names what was never sent, or was acknowledged: a protocol error (RFC 7143 11.16). */
    NEVER_SENT,
    /** It was sent, but the array does not hold it any more: SNACK reject. */
    GONE
}
