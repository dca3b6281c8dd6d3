package dev.sandstone.scsi.block;

import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.VpdPage;

/** Block Device Characteristics VPD page (SBC-3 6.6.3): nothing rotates; after a sanitize that erases, blocks
 * may be read before they are written (WABEREQ and WACEREQ 01b). */
final class BlockCharacteristicsPage implements VpdPage {
    private static final int BODY_BYTES = 0x3C;

    /** MEDIUM ROTATION RATE: non-rotating. */
    private static final int NON_ROTATING = 1;

    private static final int WABEREQ_WACEREQ = 0x50;

    @Override
    public int code() {
        return 0xB1;
    }

    @Override
    public byte[] body(LogicalUnit unit, ItlNexus nexus) {
        return body();
    }

    static byte[] body() {
        byte[] page = new byte[BODY_BYTES];
        page[1] = NON_ROTATING;
        page[3] = WABEREQ_WACEREQ;
        return page;
    }
}
