package dev.sandstone.scsi.unit;

/**
 * Control mode page (SPC-4 7.5.8). D_SENSE and SWP can be changed. The rest says what is: one task set for all nexuses
 * (TST 0), restricted reordering within it is not promised (QUEUE ALGORITHM MODIFIER 1), aborted tasks of other nexuses
 * end without status (TAS 0), no busy timeout (FFFFh: unlimited).
 */
final class ControlPage extends ModePage {
    private static final int D_SENSE = 2;
    private static final int SWP = 3;

    ControlPage() {
        super(page(), changeableBits());
    }

    boolean descriptorSense() {
        return currentBit(2, D_SENSE);
    }

    boolean softwareWriteProtect() {
        return currentBit(4, SWP);
    }

    private static byte[] page() {
        byte[] page = new byte[12];
        page[0] = 0x0A;
        page[1] = 10;
        page[3] = 0x10;
        page[8] = (byte) 0xFF;
        page[9] = (byte) 0xFF;
        return page;
    }

    private static byte[] changeableBits() {
        byte[] mask = new byte[12];
        mask[2] = 1 << D_SENSE;
        mask[4] = 1 << SWP;
        return mask;
    }
}
