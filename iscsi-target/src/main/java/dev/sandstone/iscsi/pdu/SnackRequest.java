package dev.sandstone.iscsi.pdu;

/**
 * RFC 7143 11.16: asks for retransmission, or acknowledges data.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|.| 0x10      |1|. . .| Type  |Reserved       |Reserved       |
 *    +---------------+---------------+---------------+---------------+
 *   4|TotalAHSLength | DataSegmentLength                             |
 *    +---------------+---------------+---------------+---------------+
 *   8| Logical Unit Number (LUN)                                     |
 *    +                                                               +
 *  12|                                                               |
 *    +---------------+---------------+---------------+---------------+
 *  16| Initiator Task Tag or 0xffffffff                              |
 *    +---------------+---------------+---------------+---------------+
 *  20| Target Transfer Tag or SNACK Tag or 0xffffffff                |
 *    +---------------+---------------+---------------+---------------+
 *  24| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  28| ExpStatSN                                                     |
 *    +---------------+---------------+---------------+---------------+
 *  32| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  36|                                                               |
 *    +---------------+---------------+---------------+---------------+
 *  40| BegRun                                                        |
 *    +---------------+---------------+---------------+---------------+
 *  44| RunLength                                                     |
 *    +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class SnackRequest extends Bhs {
    static final int TYPE_MASK = 0x0f;
    static final int TARGET_TRANSFER_TAG_OFFSET = 20;
    static final int EXP_STAT_SN_OFFSET = 28;
    static final int BEG_RUN_OFFSET = 40;
    static final int RUN_LENGTH_OFFSET = 44;

    /** A new header of this type, every other field zero. */
    public SnackRequest() {
        start(Opcode.SNACK_REQUEST, true);
    }

    /** A view of a received header. */
    public SnackRequest(Bhs bhs) {
        super(bhs);
    }

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

    public int begRun() {
        return intAt(BEG_RUN_OFFSET);
    }

    public void begRun(int value) {
        intAt(BEG_RUN_OFFSET, value);
    }

    public int runLength() {
        return intAt(RUN_LENGTH_OFFSET);
    }

    public void runLength(int value) {
        intAt(RUN_LENGTH_OFFSET, value);
    }

    /** 0 Data or R2T, 1 Status, 2 DataACK, 3 R-Data. */
    public int type() {
        return flags() & TYPE_MASK;
    }

    public void type(int value) {
        flags(FINAL | (value & TYPE_MASK));
    }
}
