package dev.sandstone.initiator;

/**
 * How a SCSI command ended.
 *
 * @param status SAM-5 status code
 * @param sense sense data, empty unless the target sent some
 * @param dataIn the Data-In that came, in the length that came
 * @param residual bytes less (positive) or more (negative) than expected
 */
public record ScsiResult(int status, byte[] sense, byte[] dataIn, long residual) {
    public static final int GOOD = 0x00;
    public static final int CHECK_CONDITION = 0x02;
    public static final int BUSY = 0x08;
    public static final int RESERVATION_CONFLICT = 0x18;
    public static final int TASK_SET_FULL = 0x28;
    public static final int TASK_ABORTED = 0x40;

    private static final int DESCRIPTOR_FORMAT = 0x72;
    private static final int RESPONSE_CODE_MASK = 0x7e;

    /** This result when the status is GOOD. */
    public ScsiResult requireGood() throws ScsiStatusException {
        if (status != GOOD) {
            throw new ScsiStatusException(this);
        }
        return this;
    }

    /** Sense key, or -1 without sense data. */
    public int senseKey() {
        return at(isDescriptor() ? 1 : 2) < 0 ? -1 : at(isDescriptor() ? 1 : 2) & 0xf;
    }

    /** Additional sense code, or -1 without sense data. */
    public int asc() {
        return at(isDescriptor() ? 2 : 12);
    }

    /** Additional sense code qualifier, or -1 without sense data. */
    public int ascq() {
        return at(isDescriptor() ? 3 : 13);
    }

    /** Whether the sense data says exactly this. */
    public boolean isSense(int key, int code, int qualifier) {
        return status == CHECK_CONDITION && senseKey() == key && asc() == code && ascq() == qualifier;
    }

    /** Status and sense in words for an error message. */
    public String describe() {
        String text = "SCSI status 0x" + hex(status);
        return sense.length == 0
                ? text
                : text + ", sense key " + Integer.toHexString(senseKey()) + ", code " + hex(asc()) + "/" + hex(ascq());
    }

    private boolean isDescriptor() {
        return sense.length > 0 && (sense[0] & RESPONSE_CODE_MASK) == DESCRIPTOR_FORMAT;
    }

    private int at(int index) {
        return index < sense.length ? sense[index] & 0xff : -1;
    }

    private static String hex(int value) {
        return value < 0 ? "--" : (value < 16 ? "0" : "") + Integer.toHexString(value);
    }
}
