package dev.sandstone.scsi.unit;

/** Informational exceptions control mode page (SPC-4 7.5.14): no such exceptions are reported (MRIE 0, DEXCPT 1). */
final class InformationalExceptionsPage extends ModePage {
    private static final int DEXCPT = 0x08;

    InformationalExceptionsPage() {
        super(page(), new byte[12]);
    }

    private static byte[] page() {
        byte[] page = new byte[12];
        page[0] = 0x1C;
        page[1] = 10;
        page[2] = DEXCPT;
        return page;
    }
}
