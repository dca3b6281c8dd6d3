package dev.sandstone.scsi.unit;

/**
 * Control mode page (SPC-4 7.5.8). D_SENSE, SWP and the QUEUE ALGORITHM MODIFIER can be changed: 1 is what the unit begins
 * with, unrestricted reordering of SIMPLE tasks; with 0 they run in the order of their arrival. The rest says what is: a
 * task set for each nexus (TST 001b), aborted tasks of other nexuses end without status (TAS 0), no busy timeout (FFFFh:
 * unlimited).
 */
final class ControlPage extends ModePage {
    private static final int TST_FOR_EACH_NEXUS = 1;
    private static final int TST_SHIFT = 5;
    private static final int D_SENSE = 2;
    private static final int SWP = 3;
    /** The only bit of QUEUE ALGORITHM MODIFIER that differs between the two values there are. */
    private static final int UNRESTRICTED = 4;

    ControlPage() {
        super(page(), changeableBits());
    }

    boolean descriptorSense() {
        return currentBit(2, D_SENSE);
    }

    boolean softwareWriteProtect() {
        return currentBit(4, SWP);
    }

    boolean unrestrictedReordering() {
        return currentBit(3, UNRESTRICTED);
    }

    private static byte[] page() {
        byte[] page = new byte[12];
        page[0] = 0x0A;
        page[1] = 10;
        page[2] = TST_FOR_EACH_NEXUS << TST_SHIFT;
        page[3] = 1 << UNRESTRICTED;
        page[8] = (byte) 0xFF;
        page[9] = (byte) 0xFF;
        return page;
    }

    private static byte[] changeableBits() {
        byte[] mask = new byte[12];
        mask[2] = 1 << D_SENSE;
        mask[3] = 1 << UNRESTRICTED;
        mask[4] = 1 << SWP;
        return mask;
    }
}
