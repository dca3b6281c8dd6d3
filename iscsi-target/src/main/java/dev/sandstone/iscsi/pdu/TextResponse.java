package dev.sandstone.iscsi.pdu;

/**
 * RFC 7143 11.11: the answer to text keys.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|.| 0x24      |F|C| Reserved  |Reserved       |Reserved       |
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
 *  36/ Reserved                                                      /
 *    +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class TextResponse extends ResponseBhs {
    static final int CONTINUE = 0x40;
    static final int TARGET_TRANSFER_TAG_OFFSET = 20;

    /** A new header of this type, every other field zero. */
    public TextResponse() {
        start(Opcode.TEXT_RESPONSE, true);
    }

    /** A view of a received header. */
    public TextResponse(Bhs bhs) {
        super(bhs);
    }

    /** The C bit: the text goes on in the next response. */
    public boolean continues() {
        return flag(FLAGS_OFFSET, CONTINUE);
    }

    public void continues(boolean on) {
        flag(FLAGS_OFFSET, CONTINUE, on);
    }

    /** {@link #RESERVED_TAG} when the exchange ends here. */
    public int targetTransferTag() {
        return intAt(TARGET_TRANSFER_TAG_OFFSET);
    }

    public void targetTransferTag(int value) {
        intAt(TARGET_TRANSFER_TAG_OFFSET, value);
    }
}
