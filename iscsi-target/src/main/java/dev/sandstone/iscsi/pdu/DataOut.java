package dev.sandstone.iscsi.pdu;

/**
 * RFC 7143 11.7: write data, solicited by an R2T or not.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|.| 0x05      |F| Reserved    |Reserved       |Reserved       |
 *    +---------------+---------------+---------------+---------------+
 *   4|TotalAHSLength | DataSegmentLength                             |
 *    +---------------+---------------+---------------+---------------+
 *   8| Logical Unit Number (LUN)                                     |
 *    +                                                               +
 *  12|                                                               |
 *    +---------------+---------------+---------------+---------------+
 *  16| Initiator Task Tag                                            |
 *    +---------------+---------------+---------------+---------------+
 *  20| Target Transfer Tag or 0xffffffff                             |
 *    +---------------+---------------+---------------+---------------+
 *  24| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  28| ExpStatSN                                                     |
 *    +---------------+---------------+---------------+---------------+
 *  32| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  36| DataSN                                                        |
 *    +---------------+---------------+---------------+---------------+
 *  40| Buffer Offset                                                 |
 *    +---------------+---------------+---------------+---------------+
 *  44| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class DataOut extends Bhs {
    static final int TARGET_TRANSFER_TAG_OFFSET = 20;
    static final int EXP_STAT_SN_OFFSET = 28;
    static final int DATA_SN_OFFSET = 36;
    static final int BUFFER_OFFSET_OFFSET = 40;

    /** A new header of this type, every other field zero. */
    public DataOut() {
        start(Opcode.DATA_OUT, false);
    }

    /** A view of a received header. */
    public DataOut(Bhs bhs) {
        super(bhs);
    }

    /** The tag of the R2T, or {@link #RESERVED_TAG} for unsolicited data. */
    public int targetTransferTag() {
        return intAt(TARGET_TRANSFER_TAG_OFFSET);
    }

    public void targetTransferTag(int value) {
        intAt(TARGET_TRANSFER_TAG_OFFSET, value);
    }

    public int expStatSn() {
        return intAt(EXP_STAT_SN_OFFSET);
    }

    public void expStatSn(int value) {
        intAt(EXP_STAT_SN_OFFSET, value);
    }

    public int dataSn() {
        return intAt(DATA_SN_OFFSET);
    }

    public void dataSn(int value) {
        intAt(DATA_SN_OFFSET, value);
    }

    /** Bytes from the start of the command's Data-Out, unsigned. */
    public int bufferOffset() {
        return intAt(BUFFER_OFFSET_OFFSET);
    }

    public void bufferOffset(int value) {
        intAt(BUFFER_OFFSET_OFFSET, value);
    }
}
