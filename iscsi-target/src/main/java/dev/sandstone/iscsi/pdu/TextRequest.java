package dev.sandstone.iscsi.pdu;

/**
 * RFC 7143 11.10: text keys in the full feature phase.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|I| 0x04      |F|C| Reserved  |Reserved       |Reserved       |
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
 *  24| CmdSN                                                         |
 *    +---------------+---------------+---------------+---------------+
 *  28| ExpStatSN                                                     |
 *    +---------------+---------------+---------------+---------------+
 *  32/ Reserved                                                      /
 *    +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class TextRequest extends RequestBhs {
    static final int CONTINUE = 0x40;
    static final int TARGET_TRANSFER_TAG_OFFSET = 20;

    /** A new header of this type, every other field zero. */
    public TextRequest() {
        start(Opcode.TEXT_REQUEST, true);
    }

    /** A view of a received header. */
    public TextRequest(Bhs bhs) {
        super(bhs);
    }

    /** The C bit: the text goes on in the next request. */
    public boolean continues() {
        return flag(FLAGS_OFFSET, CONTINUE);
    }

    public void continues(boolean on) {
        flag(FLAGS_OFFSET, CONTINUE, on);
    }

    /** The tag the target gave to go on with, else {@link #RESERVED_TAG}. */
    public int targetTransferTag() {
        return intAt(TARGET_TRANSFER_TAG_OFFSET);
    }

    public void targetTransferTag(int value) {
        intAt(TARGET_TRANSFER_TAG_OFFSET, value);
    }
}
