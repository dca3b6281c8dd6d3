package dev.sandstone.iscsi.pdu;

/**
 * RFC 7143 11.7: read data, with the status when the S bit is set.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|.| 0x25      |F|A|. . .|O|U|S|Reserved       | Status or Rsvd|
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
 *  24| StatSN                                                        |
 *    +---------------+---------------+---------------+---------------+
 *  28| ExpCmdSN                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  32| MaxCmdSN                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  36| DataSN                                                        |
 *    +---------------+---------------+---------------+---------------+
 *  40| Buffer Offset                                                 |
 *    +---------------+---------------+---------------+---------------+
 *  44| Residual Count                                                |
 *    +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class DataIn extends ResponseBhs {
    static final int ACKNOWLEDGE = 0x40;
    static final int OVERFLOW = 0x04;
    static final int UNDERFLOW = 0x02;
    static final int STATUS_PRESENT = 0x01;
    static final int STATUS_OFFSET = 3;
    static final int TARGET_TRANSFER_TAG_OFFSET = 20;
    static final int DATA_SN_OFFSET = 36;
    static final int BUFFER_OFFSET_OFFSET = 40;
    static final int RESIDUAL_OFFSET = 44;

    /** A new header of this type, every other field zero. */
    public DataIn() {
        start(Opcode.DATA_IN, false);
    }

    /** A view of a received header. */
    public DataIn(Bhs bhs) {
        super(bhs);
    }

    public boolean acknowledge() {
        return flag(FLAGS_OFFSET, ACKNOWLEDGE);
    }

    public void acknowledge(boolean on) {
        flag(FLAGS_OFFSET, ACKNOWLEDGE, on);
    }

    public boolean overflow() {
        return flag(FLAGS_OFFSET, OVERFLOW);
    }

    public void overflow(boolean on) {
        flag(FLAGS_OFFSET, OVERFLOW, on);
    }

    public boolean underflow() {
        return flag(FLAGS_OFFSET, UNDERFLOW);
    }

    public void underflow(boolean on) {
        flag(FLAGS_OFFSET, UNDERFLOW, on);
    }

    /** The S bit: Status, StatSN and Residual Count are valid and no SCSI Response follows. */
    public boolean statusPresent() {
        return flag(FLAGS_OFFSET, STATUS_PRESENT);
    }

    public void statusPresent(boolean on) {
        flag(FLAGS_OFFSET, STATUS_PRESENT, on);
    }

    public int status() {
        return byteAt(STATUS_OFFSET);
    }

    public void status(int value) {
        byteAt(STATUS_OFFSET, value);
    }

    public int targetTransferTag() {
        return intAt(TARGET_TRANSFER_TAG_OFFSET);
    }

    public void targetTransferTag(int value) {
        intAt(TARGET_TRANSFER_TAG_OFFSET, value);
    }

    public int dataSn() {
        return intAt(DATA_SN_OFFSET);
    }

    public void dataSn(int value) {
        intAt(DATA_SN_OFFSET, value);
    }

    /** Bytes from the start of the command's Data-In, unsigned. */
    public int bufferOffset() {
        return intAt(BUFFER_OFFSET_OFFSET);
    }

    public void bufferOffset(int value) {
        intAt(BUFFER_OFFSET_OFFSET, value);
    }

    public int residual() {
        return intAt(RESIDUAL_OFFSET);
    }

    public void residual(int value) {
        intAt(RESIDUAL_OFFSET, value);
    }
}
