package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.command.LunKind;
import dev.sandstone.scsi.unit.ProductIdentity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Standard INQUIRY data (SPC-4 6.6.2), 96 bytes:
 *
 * <pre>
 *    0  PERIPHERAL QUALIFIER, PERIPHERAL DEVICE TYPE     16  PRODUCT IDENTIFICATION (16)
 *    1  RMB                                              32  PRODUCT REVISION LEVEL (4)
 *    2  VERSION: SPC-4                                   36  vendor specific, zero
 *    3  RESPONSE DATA FORMAT 2                           58  VERSION DESCRIPTORS (8 of 2 bytes)
 *    4  ADDITIONAL LENGTH                                74  reserved, zero
 *    5  TPGS, 3PC
 *    6  MULTIP
 *    7  CMDQUE
 *    8  T10 VENDOR IDENTIFICATION (8)
 * </pre>
 *
 * <p>Byte 5 says TPGS 11b, implicit and explicit asymmetric access. PROTECT is zero: it is not there.
 */
final class StandardInquiry {
    private static final int BYTES = 96;
    private static final int RMB = 0x80;
    private static final int SPC_4 = 6;
    private static final int FORMAT = 2;
    private static final int CMDQUE = 0x02;
    private static final int TPGS = 0x30;
    private static final int MULTIP = 0x10;
    private static final int THIRD_PARTY_COPY = 0x08;

    /** SAM-5, iSCSI, SPC-4, SBC-3, each without a version claimed (SPC-4 table 149). */
    private static final int[] VERSIONS = {0x00A0, 0x0960, 0x0460, 0x04C0};

    private StandardInquiry() {}

    /** Byte 0 of standard data and of each page. */
    static int peripheral(LunKind kind) {
        return switch (kind) {
            case BLOCK_DEVICE -> 0x00;
            case REPORT_LUNS -> 0x1E;
            // No device can be there (011b), so no device type (1Fh).
            case ABSENT -> 0x7F;
        };
    }

    /**
     * @param ports how many target ports the device has
     * @param copyManager whether third-party copy commands are served, and their VPD page
     */
    static byte[] data(LunKind kind, boolean removable, int ports, boolean copyManager) {
        ByteBuffer data = ByteBuffer.allocate(BYTES);
        data.put((byte) peripheral(kind));
        data.put((byte) (removable ? RMB : 0));
        data.put((byte) SPC_4);
        data.put((byte) FORMAT);
        data.put((byte) (BYTES - 5));
        int functions = TPGS | (copyManager ? THIRD_PARTY_COPY : 0);
        data.put((byte) (kind == LunKind.BLOCK_DEVICE ? functions : 0));
        data.put((byte) (ports > 1 ? MULTIP : 0));
        data.put(7, (byte) CMDQUE);
        data.position(8);
        data.put(ProductIdentity.VENDOR.getBytes(StandardCharsets.US_ASCII));
        data.put(ProductIdentity.PRODUCT.getBytes(StandardCharsets.US_ASCII));
        data.put(ProductIdentity.REVISION.getBytes(StandardCharsets.US_ASCII));
        data.position(58);
        for (int version : VERSIONS) {
            data.putShort((short) version);
        }
        return data.array();
    }
}
