package dev.sandstone.copy.command;

import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;

/**
 * A block device to block device segment descriptor (SPC-4 6.4.6.5), 28 bytes:
 *
 * <pre>
 *    0  DESCRIPTOR TYPE CODE 02h
 *    1  DC (1), CAT (0): without meaning between blocks of one size
 *    2  DESCRIPTOR LENGTH 0018h
 *    4  SOURCE CSCD DESCRIPTOR ID (2)
 *    6  DESTINATION CSCD DESCRIPTOR ID (2)
 *    8  reserved (2)
 *   10  BLOCK DEVICE NUMBER OF BLOCKS (2)
 *   12  SOURCE BLOCK DEVICE LOGICAL BLOCK ADDRESS (8)
 *   20  DESTINATION BLOCK DEVICE LOGICAL BLOCK ADDRESS (8)
 * </pre>
 */
record SegmentDescriptor(int source, int destination, int blocks, long sourceLba, long destinationLba) {
    static final int BYTES = 28;
    static final int TYPE_CODE = 0x02;

    static final int SOURCE_FIELD = 4;
    static final int DESTINATION_FIELD = 6;
    static final int SOURCE_LBA_FIELD = 12;
    static final int DESTINATION_LBA_FIELD = 20;

    private static final int HEADER_BYTES = 4;

    /** The length of the descriptor at that offset, whatever its type. */
    static int lengthAt(ParameterList list, int at) {
        return HEADER_BYTES + list.u16(at + 2);
    }

    /** Reads the descriptor at that offset; ends the command where it is of a type that is not supported. */
    static SegmentDescriptor parse(ParameterList list, int at) {
        if (list.u8(at) != TYPE_CODE) {
            throw CheckCondition.illegal(AdditionalSense.UNSUPPORTED_SEGMENT_DESCRIPTOR_TYPE_CODE);
        }
        if (lengthAt(list, at) != BYTES) {
            throw list.invalid(at + 2);
        }
        return new SegmentDescriptor(
                list.u16(at + SOURCE_FIELD),
                list.u16(at + DESTINATION_FIELD),
                list.u16(at + 10),
                list.u64(at + SOURCE_LBA_FIELD),
                list.u64(at + DESTINATION_LBA_FIELD));
    }
}
