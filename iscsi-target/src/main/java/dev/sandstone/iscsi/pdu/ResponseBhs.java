package dev.sandstone.iscsi.pdu;

/**
 * What all PDUs of a target share: the numbers that move the windows (RFC 7143 4.2.2).
 *
 * <pre>
 *   +---------------+---------------+---------------+---------------+
 * 24| StatSN                                                        |
 *   +---------------+---------------+---------------+---------------+
 * 28| ExpCmdSN                                                      |
 *   +---------------+---------------+---------------+---------------+
 * 32| MaxCmdSN                                                      |
 *   +---------------+---------------+---------------+---------------+
 * </pre>
 */
public class ResponseBhs extends Bhs {
    static final int STAT_SN_OFFSET = 24;
    static final int EXP_CMD_SN_OFFSET = 28;
    static final int MAX_CMD_SN_OFFSET = 32;

    public ResponseBhs() {}

    public ResponseBhs(Bhs bhs) {
        super(bhs);
    }

    public final int statSn() {
        return intAt(STAT_SN_OFFSET);
    }

    public final void statSn(int value) {
        intAt(STAT_SN_OFFSET, value);
    }

    public final int expCmdSn() {
        return intAt(EXP_CMD_SN_OFFSET);
    }

    public final void expCmdSn(int value) {
        intAt(EXP_CMD_SN_OFFSET, value);
    }

    public final int maxCmdSn() {
        return intAt(MAX_CMD_SN_OFFSET);
    }

    public final void maxCmdSn(int value) {
        intAt(MAX_CMD_SN_OFFSET, value);
    }
}
