package dev.sandstone.iscsi.pdu;

/**
 * RFC 7143 11.13: the target's answer to one step of a login.
 *
 * <pre>
 * Byte/     0       |       1       |       2       |       3       |
 *    |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|
 *    +---------------+---------------+---------------+---------------+
 *   0|.|.| 0x23      |T|C|. .|CSG|NSG| Version-max   | Version-active|
 *    +---------------+---------------+---------------+---------------+
 *   4|TotalAHSLength | DataSegmentLength                             |
 *    +---------------+---------------+---------------+---------------+
 *   8| ISID                                                          |
 *    +                               +---------------+---------------+
 *  12|                               | TSIH                          |
 *    +---------------+---------------+---------------+---------------+
 *  16| Initiator Task Tag                                            |
 *    +---------------+---------------+---------------+---------------+
 *  20| Reserved                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  24| StatSN                                                        |
 *    +---------------+---------------+---------------+---------------+
 *  28| ExpCmdSN                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  32| MaxCmdSN                                                      |
 *    +---------------+---------------+---------------+---------------+
 *  36| Status-Class  | Status-Detail | Reserved                      |
 *    +---------------+---------------+---------------+---------------+
 *  40/ Reserved                                                      /
 *    +---------------+---------------+---------------+---------------+
 * </pre>
 */
public final class LoginResponse extends ResponseBhs {
    static final int CONTINUE = 0x40;
    static final int STAGE_MASK = 0x03;
    static final int TSIH_OFFSET = 14;
    static final int VERSION_MAX_OFFSET = 2;
    static final int VERSION_ACTIVE_OFFSET = 3;
    static final int STATUS_OFFSET = 36;

    /** A new header of this type, every other field zero. */
    public LoginResponse() {
        start(Opcode.LOGIN_RESPONSE, false);
    }

    /** A view of a received header. */
    public LoginResponse(Bhs bhs) {
        super(bhs);
    }

    public int versionMax() {
        return byteAt(VERSION_MAX_OFFSET);
    }

    public void versionMax(int value) {
        byteAt(VERSION_MAX_OFFSET, value);
    }

    public int versionActive() {
        return byteAt(VERSION_ACTIVE_OFFSET);
    }

    public void versionActive(int value) {
        byteAt(VERSION_ACTIVE_OFFSET, value);
    }

    /** Status-Class in the high byte, Status-Detail in the low one: {@link LoginStatus}. */
    public int status() {
        return shortAt(STATUS_OFFSET);
    }

    public void status(int value) {
        shortAt(STATUS_OFFSET, value);
    }

    /** The T bit: ready to go to the next stage. */
    public boolean transit() {
        return isFinal();
    }

    public void transit(boolean on) {
        isFinal(on);
    }

    /** The C bit: the text goes on in the next PDU. */
    public boolean continues() {
        return flag(FLAGS_OFFSET, CONTINUE);
    }

    public void continues(boolean on) {
        flag(FLAGS_OFFSET, CONTINUE, on);
    }

    /** CSG: 0 security negotiation, 1 operational negotiation, 3 full feature phase. */
    public int currentStage() {
        return (flags() >> 2) & STAGE_MASK;
    }

    public void currentStage(int stage) {
        flags((flags() & ~(STAGE_MASK << 2)) | ((stage & STAGE_MASK) << 2));
    }

    /** NSG, meaningful with T; same codes as CSG. */
    public int nextStage() {
        return flags() & STAGE_MASK;
    }

    public void nextStage(int stage) {
        flags((flags() & ~STAGE_MASK) | (stage & STAGE_MASK));
    }

    /** The 48 bits of the initiator's session id (RFC 7143 11.12.5). */
    public long isid() {
        return lun() >>> 16;
    }

    public void isid(long isid) {
        lun((isid << 16) | tsih());
    }

    /** Target session identifying handle; 0 opens a new session. */
    public int tsih() {
        return shortAt(TSIH_OFFSET);
    }

    public void tsih(int value) {
        shortAt(TSIH_OFFSET, value);
    }
}
