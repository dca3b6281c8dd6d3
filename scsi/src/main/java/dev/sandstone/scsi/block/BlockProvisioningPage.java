package dev.sandstone.scsi.block;

import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.ProvisioningPage;
import dev.sandstone.scsi.unit.VpdPage;

/**
 * Logical Block Provisioning VPD page (SBC-3 6.6.6): thin; UNMAP and both WRITE SAME commands unmap; unmapped blocks read as
 * zeros. Thresholds count sets of 2 to the power of {@link ProvisioningPage#EXPONENT} blocks. No anchored blocks.
 */
final class BlockProvisioningPage implements VpdPage {
    private static final int LBPU = 0x80;
    private static final int LBPWS = 0x40;
    private static final int LBPWS10 = 0x20;
    private static final int LBPRZ = 0x04;
    private static final int THIN = 0x02;

    @Override
    public int code() {
        return 0xB2;
    }

    @Override
    public byte[] body(LogicalUnit unit, ItlNexus nexus) {
        return body();
    }

    static byte[] body() {
        return new byte[] {ProvisioningPage.EXPONENT, (byte) (LBPU | LBPWS | LBPWS10 | LBPRZ), THIN, 0};
    }
}
