package dev.sandstone.iscsi.pdu;

/**
 * RFC 7143 11.9: an event the target reports unasked.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|.| 0x32      |1| Reserved    |Reserved       |Reserved       |
 *    +---------------+---------------+---------------+---------------+
 *   4|TotalAHSLength | DataSegmentLength                             |
 *    +---------------+---------------+---------------+---------------+
 *   8| Logical Unit Number (LUN)                                     |
 *    +                                                               +
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
 *  36| AsyncEvent    | AsyncVCode    | Parameter1 or Reserved        |
 *    +---------------+---------------+---------------+---------------+
 *  40| Parameter2 or Reserved        | Parameter3 or Reserved        |
 *    +---------------+---------------+---------------+---------------+
 *  44| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class AsyncMessage extends ResponseBhs {
    static final int ASYNC_EVENT_OFFSET = 36;
    static final int ASYNC_VCODE_OFFSET = 37;
    static final int PARAMETER1_OFFSET = 38;
    static final int PARAMETER2_OFFSET = 40;
    static final int PARAMETER3_OFFSET = 42;

    /** A new header of this type, every other field zero. */
    public AsyncMessage() {
        start(Opcode.ASYNC_MESSAGE, true);
    }

    /** A view of a received header. */
    public AsyncMessage(Bhs bhs) {
        super(bhs);
    }

    /** 0 SCSI event, 1 logout request, 2 connection dropped, 3 session dropped, 4 renegotiate, 5 tasks terminated, 255 vendor. */
    public int asyncEvent() {
        return byteAt(ASYNC_EVENT_OFFSET);
    }

    public void asyncEvent(int value) {
        byteAt(ASYNC_EVENT_OFFSET, value);
    }

    public int asyncVendorCode() {
        return byteAt(ASYNC_VCODE_OFFSET);
    }

    public void asyncVendorCode(int value) {
        byteAt(ASYNC_VCODE_OFFSET, value);
    }

    public int parameter1() {
        return shortAt(PARAMETER1_OFFSET);
    }

    public void parameter1(int value) {
        shortAt(PARAMETER1_OFFSET, value);
    }

    public int parameter2() {
        return shortAt(PARAMETER2_OFFSET);
    }

    public void parameter2(int value) {
        shortAt(PARAMETER2_OFFSET, value);
    }

    public int parameter3() {
        return shortAt(PARAMETER3_OFFSET);
    }

    public void parameter3(int value) {
        shortAt(PARAMETER3_OFFSET, value);
    }
}
