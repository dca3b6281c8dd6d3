package dev.sandstone.copy.command;

import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import java.util.HexFormat;

/**
 * An Identification Descriptor CSCD descriptor (SPC-4 6.4.5.6), 32 bytes:
 *
 * <pre>
 *    0  DESCRIPTOR TYPE CODE E4h
 *    1  LU ID TYPE (7-6, ignored in this descriptor), NUL (5), PERIPHERAL DEVICE TYPE (4-0)
 *    2  RELATIVE INITIATOR PORT IDENTIFIER (2)
 *    4  CODE SET (3-0)
 *    5  ASSOCIATION (5-4), DESIGNATOR TYPE (3-0)
 *    6  reserved
 *    7  DESIGNATOR LENGTH
 *    8  DESIGNATOR (20)
 *   28  PAD (2)
 *   29  DISK BLOCK LENGTH (3)
 * </pre>
 *
 * @param offset where it begins in the parameter list
 * @param nul the null device, which is no copy target here
 * @param naa hexadecimal digits of an NAA designator of a logical unit; empty when it is a designator of another kind
 */
record Cscd(int offset, boolean nul, int deviceType, String naa, int blockBytes) {
    static final int BYTES = 32;
    static final int TYPE_CODE = 0xE4;

    private static final int FIRST_CSCD_TYPE = 0xE0;
    private static final int DESIGNATOR_BYTES = 20;
    private static final int BINARY = 1;
    private static final int NAA = 3;
    private static final int BLOCK_DEVICE = 0;

    /** Reads the descriptor at that offset; ends the command where it is of no kind that is supported. */
    static Cscd parse(ParameterList list, int at) {
        int type = list.u8(at);
        if (type != TYPE_CODE) {
            throw type >= FIRST_CSCD_TYPE
                    ? CheckCondition.illegal(AdditionalSense.UNSUPPORTED_TARGET_DESCRIPTOR_TYPE_CODE)
                    : list.invalid(at);
        }
        int length = list.u8(at + 7);
        if (length > DESIGNATOR_BYTES) {
            throw list.invalid(at + 7);
        }
        boolean isNaa = (list.u8(at + 4) & 0x0F) == BINARY && (list.u8(at + 5) & 0x3F) == NAA;
        String naa = isNaa ? HexFormat.of().formatHex(list.bytes(at + 8, length)) : "";
        int blockBytes = list.u8(at + 29) << 16 | list.u16(at + 30);
        return new Cscd(at, list.bit(at + 1, 5), list.u8(at + 1) & 0x1F, naa, blockBytes);
    }

    boolean isBlockDevice() {
        return deviceType == BLOCK_DEVICE;
    }
}
