package dev.sandstone.iscsi.pdu;

/**
 * RFC 7143 11.15: how the logout ended.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|.| 0x26      |1| Reserved    | Response      |Reserved       |
 *    +---------------+---------------+---------------+---------------+
 *   4|TotalAHSLength | DataSegmentLength                             |
 *    +---------------+---------------+---------------+---------------+
 *   8| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  12|                                                               |
 *    +---------------+---------------+---------------+---------------+
 *  16| Initiator Task Tag                                            |
 *    +---------------+---------------+---------------+---------------+
 *  20| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  24| StatSN                                                        |
 *    +---------------+---------------+---------------+---------------+
 *  28| ExpCmdSN                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  32| MaxCmdSN                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  36| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  40| Time2Wait                     | Time2Retain                   |
 *    +---------------+---------------+---------------+---------------+
 *  44| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class LogoutResponse extends ResponseBhs {
    static final int RESPONSE_OFFSET = 2;
    static final int TIME2WAIT_OFFSET = 40;
    static final int TIME2RETAIN_OFFSET = 42;

    /** A new header of this type, every other field zero. */
    public LogoutResponse() {
        start(Opcode.LOGOUT_RESPONSE, true);
    }

    /** A view of a received header. */
    public LogoutResponse(Bhs bhs) {
        super(bhs);
    }

    /** 0 closed, 1 CID not found, 2 recovery not supported, 3 cleanup failed. */
    public int response() {
        return byteAt(RESPONSE_OFFSET);
    }

    public void response(int value) {
        byteAt(RESPONSE_OFFSET, value);
    }

    /** Seconds. */
    public int time2Wait() {
        return shortAt(TIME2WAIT_OFFSET);
    }

    public void time2Wait(int value) {
        shortAt(TIME2WAIT_OFFSET, value);
    }

    /** Seconds. */
    public int time2Retain() {
        return shortAt(TIME2RETAIN_OFFSET);
    }

    public void time2Retain(int value) {
        shortAt(TIME2RETAIN_OFFSET, value);
    }
}
