package dev.sandstone.scsi.unit;

/**
 * Read-write error recovery mode page (SBC-3 6.5.8). A block is never written where it was, and a read that finds one copy
 * damaged mends it from another (AWRE, ARRE); errors that were recovered from are not reported (PER 0); how often the disks
 * are asked is not the host's to say (retry counts and time limit 0).
 */
final class ErrorRecoveryPage extends ModePage {
    private static final int AWRE = 0x80;
    private static final int ARRE = 0x40;

    ErrorRecoveryPage() {
        super(page(), new byte[12]);
    }

    private static byte[] page() {
        byte[] page = new byte[12];
        page[0] = 0x01;
        page[1] = 10;
        page[2] = (byte) (AWRE | ARRE);
        return page;
    }
}
