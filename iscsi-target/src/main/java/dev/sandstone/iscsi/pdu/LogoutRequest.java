package dev.sandstone.iscsi.pdu;

/**
 * RFC 7143 11.14: the initiator closes a connection or the session.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|I| 0x06      |1| Reason Code |Reserved       |Reserved       |
 *    +---------------+---------------+---------------+---------------+
 *   4|TotalAHSLength | DataSegmentLength                             |
 *    +---------------+---------------+---------------+---------------+
 *   8| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  12|                                                               |
 *    +---------------+---------------+---------------+---------------+
 *  16| Initiator Task Tag                                            |
 *    +---------------+---------------+---------------+---------------+
 *  20| CID or Reserved               | Reserved                      |
 *    +---------------+---------------+---------------+---------------+
 *  24| CmdSN                                                         |
 *    +---------------+---------------+---------------+---------------+
 *  28| ExpStatSN                                                     |
 *    +---------------+---------------+---------------+---------------+
 *  32/ Reserved                                                      /
 *    +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class LogoutRequest extends RequestBhs {
    static final int REASON_MASK = 0x7f;
    static final int CID_OFFSET = 20;

    /** A new header of this type, every other field zero. */
    public LogoutRequest() {
        start(Opcode.LOGOUT_REQUEST, true);
    }

    /** A view of a received header. */
    public LogoutRequest(Bhs bhs) {
        super(bhs);
    }

    public int cid() {
        return shortAt(CID_OFFSET);
    }

    public void cid(int value) {
        shortAt(CID_OFFSET, value);
    }

    /** 0 close the session, 1 close the connection, 2 remove the connection for recovery. */
    public int reason() {
        return flags() & REASON_MASK;
    }

    public void reason(int value) {
        flags(FINAL | (value & REASON_MASK));
    }
}
