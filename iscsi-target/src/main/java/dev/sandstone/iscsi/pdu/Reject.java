package dev.sandstone.iscsi.pdu;

/**
 * RFC 7143 11.17: a PDU could not be taken; its header is the data segment.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|.| 0x3f      |1| Reserved    | Reason        |Reserved       |
 *    +---------------+---------------+---------------+---------------+
 *   4|TotalAHSLength | DataSegmentLength                             |
 *    +---------------+---------------+---------------+---------------+
 *   8| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  12|                                                               |
 *    +---------------+---------------+---------------+---------------+
 *  16| 0xffffffff                                                    |
 *    +---------------+---------------+---------------+---------------+
 *  20| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  24| StatSN                                                        |
 *    +---------------+---------------+---------------+---------------+
 *  28| ExpCmdSN                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  32| MaxCmdSN                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  36| DataSN/R2TSN or Reserved                                      |
 *    +---------------+---------------+---------------+---------------+
 *  40| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  44| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class Reject extends ResponseBhs {
    static final int REASON_OFFSET = 2;
    static final int DATA_SN_OFFSET = 36;

    /** A new header of this type, every other field zero. */
    public Reject() {
        start(Opcode.REJECT, true);
    }

    /** A view of a received header. */
    public Reject(Bhs bhs) {
        super(bhs);
    }

    /** A code of {@link RejectReason}. */
    public int reason() {
        return byteAt(REASON_OFFSET);
    }

    public void reason(int value) {
        byteAt(REASON_OFFSET, value);
    }

    public int dataSn() {
        return intAt(DATA_SN_OFFSET);
    }

    public void dataSn(int value) {
        intAt(DATA_SN_OFFSET, value);
    }
}
