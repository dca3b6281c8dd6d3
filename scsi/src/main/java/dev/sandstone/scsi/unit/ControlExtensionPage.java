package dev.sandstone.scsi.unit;

/** Control extension mode page (SPC-4 7.5.9): implicit access changes may come (IALUAE), priority unused. */
final class ControlExtensionPage extends ModePage {
    private static final int LENGTH = 32;

    ControlExtensionPage() {
        super(page(), new byte[LENGTH]);
    }

    private static byte[] page() {
        byte[] page = new byte[LENGTH];
        page[0] = 0x4A;
        page[1] = 0x01;
        page[3] = LENGTH - 4;
        page[4] = 0x01;
        return page;
    }
}
