package dev.sandstone.iscsi.pdu;

/**
 * RFC 7143 11.8: Ready To Transfer, the target asks for write data.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|.| 0x31      |1| Reserved    |Reserved       |Reserved       |
 *    +---------------+---------------+---------------+---------------+
 *   4|TotalAHSLength | DataSegmentLength                             |
 *    +---------------+---------------+---------------+---------------+
 *   8| Logical Unit Number (LUN)                                     |
 *    +                                                               +
 *  12|                                                               |
 *    +---------------+---------------+---------------+---------------+
 *  16| Initiator Task Tag                                            |
 *    +---------------+---------------+---------------+---------------+
 *  20| Target Transfer Tag                                           |
 *    +---------------+---------------+---------------+---------------+
 *  24| StatSN                                                        |
 *    +---------------+---------------+---------------+---------------+
 *  28| ExpCmdSN                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  32| MaxCmdSN                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  36| R2TSN                                                         |
 *    +---------------+---------------+---------------+---------------+
 *  40| Buffer Offset                                                 |
 *    +---------------+---------------+---------------+---------------+
 *  44| Desired Data Transfer Length                                  |
 *    +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class R2t extends ResponseBhs {
    static final int TARGET_TRANSFER_TAG_OFFSET = 20;
    static final int R2T_SN_OFFSET = 36;
    static final int BUFFER_OFFSET_OFFSET = 40;
    static final int DESIRED_LENGTH_OFFSET = 44;

    /** A new header of this type, every other field zero. */
    public R2t() {
        start(Opcode.R2T, true);
    }

    /** A view of a received header. */
    public R2t(Bhs bhs) {
        super(bhs);
    }

    public int targetTransferTag() {
        return intAt(TARGET_TRANSFER_TAG_OFFSET);
    }

    public void targetTransferTag(int value) {
        intAt(TARGET_TRANSFER_TAG_OFFSET, value);
    }

    public int r2tSn() {
        return intAt(R2T_SN_OFFSET);
    }

    public void r2tSn(int value) {
        intAt(R2T_SN_OFFSET, value);
    }

    public int bufferOffset() {
        return intAt(BUFFER_OFFSET_OFFSET);
    }

    public void bufferOffset(int value) {
        intAt(BUFFER_OFFSET_OFFSET, value);
    }

    /** Bytes, 1 to MaxBurstLength. */
    public int desiredDataTransferLength() {
        return intAt(DESIRED_LENGTH_OFFSET);
    }

    public void desiredDataTransferLength(int value) {
        intAt(DESIRED_LENGTH_OFFSET, value);
    }
}
