package dev.sandstone.scsi.unit;

/**
 * Read-write error recovery mode page (SBC-3 6.5.8). A block is never written where it was, and a read that finds one copy
 * damaged mends it from another (AWRE, ARRE); errors that were recovered from are not reported (PER 0); how often the disks
 * are asked is not the host's to say (retry counts and time limit 0).
 *
 * <p>LBPERE can be changed: with zero no threshold of logical block provisioning is reported. It is one at first, so that
 * thresholds reach initiators that set them and know nothing of this bit.
 */
final class ErrorRecoveryPage extends ModePage {
    private static final int AWRE = 0x80;
    private static final int ARRE = 0x40;
    private static final int LBPERE_BYTE = 7;
    private static final int LBPERE = 7;

    ErrorRecoveryPage() {
        super(page(), changeableBits());
    }

    /** LBPERE: thresholds that are reached are reported. */
    boolean reportsThresholds() {
        return currentBit(LBPERE_BYTE, LBPERE);
    }

    private static byte[] page() {
        byte[] page = new byte[12];
        page[0] = 0x01;
        page[1] = 10;
        page[2] = (byte) (AWRE | ARRE);
        page[LBPERE_BYTE] = (byte) (1 << LBPERE);
        return page;
    }

    private static byte[] changeableBits() {
        byte[] mask = new byte[12];
        mask[LBPERE_BYTE] = (byte) (1 << LBPERE);
        return mask;
    }
}
