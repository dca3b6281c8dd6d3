package dev.sandstone.initiator;

/**
 * A SCSI command to send.
 *
 * @param lun the eight bytes of the LUN field, big-endian (SAM-5 4.7); {@link #lun(int)} makes one of a small number
 * @param cdb at most 16 bytes
 * @param dataOut Data-Out, empty for none; not to be changed until the command ended
 * @param dataInBytes how much Data-In is expected, 0 for none
 * @param attribute 0 untagged, 1 simple, 2 ordered, 3 head of queue, 4 ACA
 */
public record ScsiRequest(long lun, byte[] cdb, byte[] dataOut, int dataInBytes, int attribute) {
    private static final int SIMPLE = 1;
    private static final byte[] NOTHING = new byte[0];
    private static final int FLAT_SPACE = 0x4000;
    private static final int PERIPHERAL_LIMIT = 256;

    /** A simple command without data. */
    public static ScsiRequest of(int lun, byte[] cdb) {
        return new ScsiRequest(lun(lun), cdb, NOTHING, 0, SIMPLE);
    }

    /** A simple command that reads. */
    public static ScsiRequest in(int lun, byte[] cdb, int dataInBytes) {
        return new ScsiRequest(lun(lun), cdb, NOTHING, dataInBytes, SIMPLE);
    }

    /** A simple command that writes. */
    public static ScsiRequest out(int lun, byte[] cdb, byte[] dataOut) {
        return new ScsiRequest(lun(lun), cdb, dataOut, 0, SIMPLE);
    }

    public ScsiRequest withAttribute(int value) {
        return new ScsiRequest(lun, cdb, dataOut, dataInBytes, value);
    }

    /** The LUN field for a number up to 16383: peripheral addressing below 256, flat space from there. */
    public static long lun(int number) {
        int first = number < PERIPHERAL_LIMIT ? number : FLAT_SPACE | number;
        return (long) first << 48;
    }
}
