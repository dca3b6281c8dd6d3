package dev.sandstone.iscsi.pdu;

/**
 * RFC 7143 11.18: a ping of the initiator, or its answer to one of the target.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|I| 0x00      |1| Reserved    |Reserved       |Reserved       |
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
public final class NopOut extends RequestBhs {
    static final int TARGET_TRANSFER_TAG_OFFSET = 20;

    /** A new header of this type, every other field zero. */
    public NopOut() {
        start(Opcode.NOP_OUT, true);
    }

    /** A view of a received header. */
    public NopOut(Bhs bhs) {
        super(bhs);
    }

    /** The tag of the NOP-In answered, else {@link #RESERVED_TAG}. */
    public int targetTransferTag() {
        return intAt(TARGET_TRANSFER_TAG_OFFSET);
    }

    public void targetTransferTag(int value) {
        intAt(TARGET_TRANSFER_TAG_OFFSET, value);
    }
}
