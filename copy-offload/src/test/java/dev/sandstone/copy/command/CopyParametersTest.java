package dev.sandstone.copy.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.scsi.device.DeviceServer;
import dev.sandstone.scsi.task.Nexus;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Each field of the parameter list out of range has its own sense data; nothing is copied then. */
class CopyParametersTest {
    private final CopyBench bench = new CopyBench();
    private final DeviceServer a = bench.server();
    private final Nexus nexus;

    CopyParametersTest() {
        bench.map("host", a);
        nexus = bench.open("host");
    }

    private CopyList list() {
        return CopyList.between(a).segment(0, 0, 0, 4096, 8);
    }

    private String end1(CopyList list) {
        return bench.copy1(nexus, 0, list).answer().end();
    }

    private String end4(CopyList list) {
        return bench.copy4(nexus, 0, list).answer().end();
    }

    private String end1(byte[] data) {
        return bench.send(nexus, 0, "83 00 0000000000000000 " + CopyBench.hex(data.length) + " 00 00", data)
                .end();
    }

    private String end4(byte[] data) {
        return bench.send(nexus, 0, "83 01 0000000000000000 " + CopyBench.hex(data.length) + " 00 00", data)
                .end();
    }

    private static byte[] with(byte[] data, int at, int value) {
        byte[] copy = data.clone();
        copy[at] = (byte) value;
        return copy;
    }

    @Test
    void aListCutShortIsALengthError() {
        byte[] whole = list().lid1();
        assertThat(end1(whole)).isEqualTo("GOOD");
        for (int length = 1; length < whole.length; length++) {
            assertThat(end1(Arrays.copyOf(whole, length)))
                    .as("%d bytes", length)
                    .isEqualTo("ILLEGAL_REQUEST/1A/00");
        }
        byte[] whole4 = list().lid4();
        for (int length = 1; length < whole4.length; length++) {
            assertThat(end4(Arrays.copyOf(whole4, length)))
                    .as("%d bytes", length)
                    .isEqualTo("ILLEGAL_REQUEST/1A/00");
        }
    }

    @Test
    void anInitiatorThatSendsLessThanItSaysIsTold() {
        byte[] whole = list().lid1();
        assertThat(bench.send(nexus, 0, "83 00 0000000000000000 00000800 00 00", whole)
                        .end())
                .isEqualTo("ILLEGAL_REQUEST/0E/03");
        assertThat(bench.send(nexus, 0, "83 00 0000000000000000 FFFFFFFF 00 00", whole)
                        .end())
                .isEqualTo("ILLEGAL_REQUEST/1A/00");
    }

    @Test
    void thereAreLimitsToTheLists() {
        CopyList manyTargets = new CopyList();
        for (int i = 0; i <= CopyLimits.CSCDS; i++) {
            manyTargets.cscd(CopyBench.naa(a));
        }
        assertThat(end1(manyTargets)).isEqualTo("ILLEGAL_REQUEST/26/06");
        CopyList manySegments = CopyList.between(a);
        for (int i = 0; i <= CopyLimits.SEGMENTS; i++) {
            manySegments.segment(0, 0, 0, 4096, 1);
        }
        assertThat(end1(manySegments)).isEqualTo("ILLEGAL_REQUEST/26/08");
        for (int i = 0; i <= CopyLimits.SEGMENTS; i++) {
            manyTargets.segment(0, 0, 0, 4096, 1);
        }
        assertThat(end1(manyTargets)).isEqualTo("ILLEGAL_REQUEST/1A/00");
        assertThat(end4(manySegments)).isEqualTo("ILLEGAL_REQUEST/26/08");
        // Inline data has a limit of zero.
        assertThat(end1(Arrays.copyOf(with(list().lid1(), 15, 4), list().lid1().length + 4)))
                .isEqualTo("ILLEGAL_REQUEST/26/0B");
    }

    @Test
    void descriptorsOfOtherTypesAreRefused() {
        assertThat(end1(list().spoil(0, 0xE0))).isEqualTo("ILLEGAL_REQUEST/26/07");
        assertThat(end1(list().spoil(0, 0xEA))).isEqualTo("ILLEGAL_REQUEST/26/07");
        assertThat(end1(list().spoil(0, 0x02))).isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(end1(list().spoilSegment(0, 0x03))).isEqualTo("ILLEGAL_REQUEST/26/09");
        assertThat(end1(list().spoilSegment(0, 0xE4))).isEqualTo("ILLEGAL_REQUEST/26/09");
    }

    @Test
    void fieldsOfTheCscdDescriptor() {
        assertThat(end1(list().spoil(1, 0x80))).as("LU ID TYPE").isEqualTo("GOOD");
        assertThat(end1(list().spoil(1, 0x20))).as("NUL").isEqualTo("COPY_ABORTED/08/04");
        assertThat(end1(list().spoil(1, 0x01))).as("a tape").isEqualTo("COPY_ABORTED/0D/03");
        assertThat(end1(list().spoil(4, 0x02))).as("CODE SET").isEqualTo("COPY_ABORTED/0D/02");
        assertThat(end1(list().spoil(5, 0x13))).as("of a port").isEqualTo("COPY_ABORTED/0D/02");
        assertThat(end1(list().spoil(7, 21))).as("DESIGNATOR LENGTH").isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(end1(list().spoil(7, 7))).as("half a designator").isEqualTo("COPY_ABORTED/0D/02");
        assertThat(end1(list().spoil(30, 0x10))).as("blocks of 4096").isEqualTo("COPY_ABORTED/26/00");
        // A descriptor that no segment refers to does no harm.
        assertThat(end1(list().cscd("3000000000000001"))).isEqualTo("GOOD");
    }

    @Test
    void fieldsOfTheSegmentDescriptor() {
        assertThat(end1(list().spoilSegment(3, 0x17))).isEqualTo("ILLEGAL_REQUEST/1A/00");
        byte[] longer = Arrays.copyOf(list().spoilSegment(3, 0x1C).lid1(), 16 + 32 + 32);
        assertThat(end1(with(longer, 11, 32))).as("DESCRIPTOR LENGTH").isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(end1(list().spoilSegment(3, 0x19))).isEqualTo("ILLEGAL_REQUEST/1A/00");
        // Segment 1, byte 4 of its descriptor.
        CopyList source = list().segment(1, 0, 0, 0, 1);
        assertThat(bench.copy1(nexus, 0, source).answer().senseHex()).isEqualTo("70000A000000000A00000001080400A00004");
        CopyList destination = list().segment(0, 0, 0xFFFF, 0, 1);
        assertThat(bench.copy1(nexus, 0, destination).answer().senseHex())
                .isEqualTo("70000A000000000A00000001080400A00006");
        assertThat(bench.copy1(nexus, 0, CopyList.between(a).segment(0, 8192 - 7, 0, 0, 8))
                        .answer()
                        .senseHex())
                .isEqualTo("70000A000000000A00000000000000A0000C");
        assertThat(bench.copy1(nexus, 0, CopyList.between(a).segment(0, 0, 0, -1, 8))
                        .answer()
                        .senseHex())
                .isEqualTo("70000A000000000A00000000000000A00014");
    }

    @Test
    void fieldsOfTheHeaders() {
        byte[] lid1 = list().lid1();
        assertThat(end1(with(lid1, 1, 0x08))).as("LIST ID USAGE 01b").isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(end1(with(lid1, 1, 0x18))).as("LIST ID USAGE 11b, list 1").isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(end1(list().id(0).usage(3))).isEqualTo("GOOD");
        assertThat(end1(list().usage(2))).isEqualTo("GOOD");
        assertThat(end1(with(lid1, 1, 0x27))).as("STR, PRIORITY").isEqualTo("GOOD");
        byte[] lid4 = list().lid4();
        assertThat(end4(with(lid4, 0, 2))).as("PARAMETER LIST FORMAT").isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(end4(with(lid4, 3, 0x40))).as("HEADER CSCD length").isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(end4(with(lid4, 16, 0xE4))).as("HEADER CSCD type").isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(end4(with(lid4, 15, 3))).as("IMMED with G_SENSE").isEqualTo("ILLEGAL_REQUEST/24/00");
        assertThat(end4(list().id(0).usage(3).immediate())).as("IMMED, no list").isEqualTo("ILLEGAL_REQUEST/24/00");
        assertThat(end4(with(lid4, 15, 2))).as("G_SENSE").isEqualTo("GOOD");
        assertThat(end4(list().id(0).usage(3))).isEqualTo("GOOD");
        assertThat(end4(list().id(5).usage(3))).isEqualTo("ILLEGAL_REQUEST/26/00");
    }
}
