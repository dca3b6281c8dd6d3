package dev.sandstone.scsi.block;

import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.VpdPage;
import java.nio.ByteBuffer;

/**
 * Block Limits VPD page (SBC-3 6.6.4). WSNZ is zero: WRITE SAME of zero blocks goes to the end. PRE-FETCH has no limit of
 * its own and WRITE ATOMIC no boundaries, so those fields are zero.
 */
final class BlockLimitsPage implements VpdPage {
    private static final int BODY_BYTES = 0x3C;
    private static final int UGAVALID = 0x8000_0000;

    @Override
    public int code() {
        return 0xB0;
    }

    @Override
    public byte[] body(LogicalUnit unit, ItlNexus nexus) {
        return body();
    }

    static byte[] body() {
        ByteBuffer page = ByteBuffer.allocate(BODY_BYTES);
        page.put((byte) 0);
        page.put((byte) BlockLimits.MAX_COMPARE);
        page.putShort((short) BlockLimits.GRANULARITY);
        page.putInt(BlockLimits.MAX_TRANSFER);
        page.putInt(BlockLimits.OPTIMAL_TRANSFER);
        page.putInt(0);
        page.putInt(BlockLimits.MAX_UNMAP);
        page.putInt(BlockLimits.MAX_UNMAP_DESCRIPTORS);
        page.putInt(BlockLimits.GRANULARITY);
        page.putInt(UGAVALID);
        page.putLong(BlockLimits.MAX_WRITE_SAME);
        page.putInt(BlockLimits.MAX_ATOMIC);
        page.putInt(BlockLimits.GRANULARITY);
        page.putInt(BlockLimits.GRANULARITY);
        return page.array();
    }
}
