package dev.sandstone.copy.command;

import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.sense.SenseData;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameter list of EXTENDED COPY, checked as far as that can be done before a segment is processed. Big-endian; the
 * lists follow their header one after the other.
 *
 * <pre>
 *   LID1 (SPC-4 6.5)                                LID4 (SPC-4 6.4.2)
 *    0  LIST IDENTIFIER                              0  PARAMETER LIST FORMAT 01h
 *    1  STR (5), LIST ID USAGE (4-3), PRIORITY       1  STR (5), LIST ID USAGE (4-3), PRIORITY
 *    2  CSCD DESCRIPTOR LIST LENGTH (2)              2  HEADER CSCD DESCRIPTOR LIST LENGTH 0020h
 *    4  reserved (4)                                 4  reserved (11)
 *    8  SEGMENT DESCRIPTOR LIST LENGTH (4)          15  G_SENSE (1), IMMED (0)
 *   12  INLINE DATA LENGTH (4)                      16  HEADER CSCD DESCRIPTOR TYPE CODE FFh
 *                                                   17  reserved (3)
 *                                                   20  LIST IDENTIFIER (4)
 *                                                   24  reserved (18)
 *                                                   42  CSCD DESCRIPTOR LIST LENGTH (2)
 *                                                   44  SEGMENT DESCRIPTOR LIST LENGTH (2)
 *                                                   46  INLINE DATA LENGTH (2)
 * </pre>
 *
 * @param usage what the list identifier is good for
 * @param immediate the command ends before the copy
 */
record CopyParameters(
        long listId, ListIdUsage usage, boolean immediate, List<Cscd> cscds, List<SegmentDescriptor> segments) {
    static final int LID1_HEADER = 16;
    static final int LID4_HEADER = 48;

    private static final int LID4_FORMAT = 1;
    private static final int HEADER_CSCD_BYTES = 0x20;
    private static final int HEADER_CSCD_TYPE = 0xFF;

    /** LIST ID USAGE (SPC-4 tables 128 and 129). */
    enum ListIdUsage {
        HOLD,
        DISCARD,
        NONE;

        static ListIdUsage parse(ParameterList list) {
            return switch (list.u8(1) >>> 3 & 3) {
                case 0 -> HOLD;
                case 2 -> DISCARD;
                case 3 -> NONE;
                default -> throw list.invalid(1, 4);
            };
        }
    }

    private record Lengths(int header, int cscds, long segments, long inline) {}

    static CopyParameters lid1(ParameterList list) {
        list.require(0, LID1_HEADER);
        ListIdUsage usage = ListIdUsage.parse(list);
        int listId = list.u8(0);
        if (usage == ListIdUsage.NONE && listId != 0) {
            throw list.invalid(0);
        }
        Lengths lengths = new Lengths(LID1_HEADER, list.u16(2), list.u32(8), list.u32(12));
        return new CopyParameters(listId, usage, false, cscds(list, lengths), segments(list, lengths));
    }

    static CopyParameters lid4(ParameterList list) {
        list.require(0, LID4_HEADER);
        if (list.u8(0) != LID4_FORMAT) {
            throw list.invalid(0);
        }
        ListIdUsage usage = ListIdUsage.parse(list);
        if (list.u16(2) != HEADER_CSCD_BYTES) {
            throw list.invalid(2);
        }
        boolean immediate = list.bit(15, 0);
        if (immediate && (list.bit(15, 1) || usage == ListIdUsage.NONE)) {
            // The standard calls it so, though the bits are in the parameter list.
            throw new CheckCondition(SenseData.illegal(AdditionalSense.INVALID_FIELD_IN_CDB));
        }
        if (list.u8(16) != HEADER_CSCD_TYPE) {
            throw list.invalid(16);
        }
        long listId = list.u32(20);
        if (usage == ListIdUsage.NONE && listId != 0) {
            throw list.invalid(20);
        }
        Lengths lengths = new Lengths(LID4_HEADER, list.u16(42), list.u16(44), list.u16(46));
        return new CopyParameters(listId, usage, immediate, cscds(list, lengths), segments(list, lengths));
    }

    private static List<Cscd> cscds(ParameterList list, Lengths lengths) {
        if (lengths.cscds + lengths.segments > CopyLimits.DESCRIPTOR_BYTES
                || lengths.header + lengths.cscds + lengths.segments + lengths.inline > list.length()) {
            throw CheckCondition.illegal(AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
        }
        if (lengths.inline > 0) {
            throw CheckCondition.illegal(AdditionalSense.INLINE_DATA_LENGTH_EXCEEDED);
        }
        if (lengths.cscds > CopyLimits.CSCDS * Cscd.BYTES) {
            throw CheckCondition.illegal(AdditionalSense.TOO_MANY_TARGET_DESCRIPTORS);
        }
        if (lengths.cscds % Cscd.BYTES != 0) {
            throw CheckCondition.illegal(AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
        }
        List<Cscd> cscds = new ArrayList<>();
        for (int at = 0; at < lengths.cscds; at += Cscd.BYTES) {
            cscds.add(Cscd.parse(list, lengths.header + at));
        }
        return cscds;
    }

    private static List<SegmentDescriptor> segments(ParameterList list, Lengths lengths) {
        int begin = lengths.header + lengths.cscds;
        int end = Math.toIntExact(begin + lengths.segments);
        List<Integer> starts = new ArrayList<>();
        for (int at = begin; at < end; at += SegmentDescriptor.lengthAt(list, at)) {
            starts.add(at);
            if (SegmentDescriptor.lengthAt(list, at) > end - at) {
                throw CheckCondition.illegal(AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
            }
        }
        if (starts.size() > CopyLimits.SEGMENTS) {
            throw CheckCondition.illegal(AdditionalSense.TOO_MANY_SEGMENT_DESCRIPTORS);
        }
        return starts.stream().map(at -> SegmentDescriptor.parse(list, at)).toList();
    }
}
