package dev.sandstone.iscsi.pdu;

/**
 * What all PDUs of an initiator share that carry a command number (RFC 7143 11.2.2 names, Data-Out and SNACK have only
 * ExpStatSN).
 *
 * <pre>
 *   +---------------+---------------+---------------+---------------+
 * 24| CmdSN                                                         |
 *   +---------------+---------------+---------------+---------------+
 * 28| ExpStatSN                                                     |
 *   +---------------+---------------+---------------+---------------+
 * </pre>
 */
public class RequestBhs extends Bhs {
    static final int CMD_SN_OFFSET = 24;
    static final int EXP_STAT_SN_OFFSET = 28;

    public RequestBhs() {}

    public RequestBhs(Bhs bhs) {
        super(bhs);
    }

    public final int cmdSn() {
        return intAt(CMD_SN_OFFSET);
    }

    public final void cmdSn(int value) {
        intAt(CMD_SN_OFFSET, value);
    }

    public final int expStatSn() {
        return intAt(EXP_STAT_SN_OFFSET);
    }

    public final void expStatSn(int value) {
        intAt(EXP_STAT_SN_OFFSET, value);
    }
}
