package dev.sandstone.iscsi.pdu;

/**
 * RFC 7143 11.4: the end of a SCSI command, with sense data when the status asks for it.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|.| 0x21      |1|. .|o|u|O|U|.| Response      | Status        |
 *    +---------------+---------------+---------------+---------------+
 *   4|TotalAHSLength | DataSegmentLength                             |
 *    +---------------+---------------+---------------+---------------+
 *   8| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  12|                                                               |
 *    +---------------+---------------+---------------+---------------+
 *  16| Initiator Task Tag                                            |
 *    +---------------+---------------+---------------+---------------+
 *  20| SNACK Tag or Reserved                                         |
 *    +---------------+---------------+---------------+---------------+
 *  24| StatSN                                                        |
 *    +---------------+---------------+---------------+---------------+
 *  28| ExpCmdSN                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  32| MaxCmdSN                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  36| ExpDataSN or Reserved                                         |
 *    +---------------+---------------+---------------+---------------+
 *  40| Bidirectional Read Residual Count or Reserved                 |
 *    +---------------+---------------+---------------+---------------+
 *  44| Residual Count or Reserved                                    |
 *    +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class ScsiResponse extends ResponseBhs {
    static final int BIDI_OVERFLOW = 0x10;
    static final int BIDI_UNDERFLOW = 0x08;
    static final int OVERFLOW = 0x04;
    static final int UNDERFLOW = 0x02;
    static final int RESPONSE_OFFSET = 2;
    static final int STATUS_OFFSET = 3;
    static final int SNACK_TAG_OFFSET = 20;
    static final int EXP_DATA_SN_OFFSET = 36;
    static final int BIDI_RESIDUAL_OFFSET = 40;
    static final int RESIDUAL_OFFSET = 44;

    /** A new header of this type, every other field zero. */
    public ScsiResponse() {
        start(Opcode.SCSI_RESPONSE, true);
    }

    /** A view of a received header. */
    public ScsiResponse(Bhs bhs) {
        super(bhs);
    }

    public boolean bidirectionalOverflow() {
        return flag(FLAGS_OFFSET, BIDI_OVERFLOW);
    }

    public void bidirectionalOverflow(boolean on) {
        flag(FLAGS_OFFSET, BIDI_OVERFLOW, on);
    }

    public boolean bidirectionalUnderflow() {
        return flag(FLAGS_OFFSET, BIDI_UNDERFLOW);
    }

    public void bidirectionalUnderflow(boolean on) {
        flag(FLAGS_OFFSET, BIDI_UNDERFLOW, on);
    }

    /** The O bit: the command wanted to move more than EDTL. */
    public boolean overflow() {
        return flag(FLAGS_OFFSET, OVERFLOW);
    }

    public void overflow(boolean on) {
        flag(FLAGS_OFFSET, OVERFLOW, on);
    }

    /** The U bit: less than EDTL was moved. */
    public boolean underflow() {
        return flag(FLAGS_OFFSET, UNDERFLOW);
    }

    public void underflow(boolean on) {
        flag(FLAGS_OFFSET, UNDERFLOW, on);
    }

    /** 0: command completed at the target; 1: target failure. */
    public int response() {
        return byteAt(RESPONSE_OFFSET);
    }

    public void response(int value) {
        byteAt(RESPONSE_OFFSET, value);
    }

    /** SAM status, valid when the response is 0. */
    public int status() {
        return byteAt(STATUS_OFFSET);
    }

    public void status(int value) {
        byteAt(STATUS_OFFSET, value);
    }

    /** The tag of the R-Data SNACK that this answers, else 0 (RFC 7143 11.4.8). */
    public int snackTag() {
        return intAt(SNACK_TAG_OFFSET);
    }

    public void snackTag(int value) {
        intAt(SNACK_TAG_OFFSET, value);
    }

    /** Number of Data-In and R2T PDUs sent for the command. */
    public int expDataSn() {
        return intAt(EXP_DATA_SN_OFFSET);
    }

    public void expDataSn(int value) {
        intAt(EXP_DATA_SN_OFFSET, value);
    }

    public int bidirectionalResidual() {
        return intAt(BIDI_RESIDUAL_OFFSET);
    }

    public void bidirectionalResidual(int value) {
        intAt(BIDI_RESIDUAL_OFFSET, value);
    }

    /** Bytes, valid with O or U. */
    public int residual() {
        return intAt(RESIDUAL_OFFSET);
    }

    public void residual(int value) {
        intAt(RESIDUAL_OFFSET, value);
    }
}
