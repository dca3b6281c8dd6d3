package dev.sandstone.scsi.primary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.WritePolicy;
import dev.sandstone.scsi.command.CommandBench;
import dev.sandstone.scsi.command.Commands;
import dev.sandstone.scsi.command.Outcome;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.UnitAttention;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** MODE SENSE and MODE SELECT. */
@Commands({"MODE SENSE", "MODE SELECT"})
class ModeTest {
    private static final String RECOVERY = "810ac000000000" + "80" + "00".repeat(4);
    private static final String CACHING = "0812" + "00".repeat(18);
    private static final String CONTROL = "8a0a20100000" + "0000ffff0000";
    private static final String CONTROL_SWP = "8a0a20100800" + "0000ffff0000";
    private static final String CONTROL_EXTENSION = "4a01001c01" + "00".repeat(27);
    private static final String PROVISIONING = "dc02001c" + "00".repeat(12) + "0101000000000000" + "0202000000000000";
    private static final String EXCEPTIONS = "1c0a08" + "00".repeat(9);
    private static final String SHORT_DESCRIPTOR = "00001000" + "00000200";
    private static final String LONG_DESCRIPTOR = "0000000000001000" + "00000000" + "00000200";

    private final CommandBench bench = new CommandBench(PrimaryCommands.rows(List.of()));

    private String sense6(String flags, String page, String subpage) {
        return bench.run("1A " + flags + page + subpage + " FF 00").hex();
    }

    private Outcome select6(String list) {
        byte[] data = CommandBench.bytes(list);
        return bench.run(String.format(Locale.ROOT, "15 10 0000 %02X 00", data.length), data);
    }

    private Outcome select10(String list) {
        byte[] data = CommandBench.bytes(list);
        return bench.run(String.format(Locale.ROOT, "55 10 0000000000 %04X 00", data.length), data);
    }

    @Test
    void onePage() {
        assertThat(sense6("08", "0A", "00")).isEqualTo("0f001000" + CONTROL);
        assertThat(sense6("00", "0A", "00")).isEqualTo("17001008" + SHORT_DESCRIPTOR + CONTROL);
        assertThat(bench.run("5A 08 0A 00 000000 00FF 00").hex()).isEqualTo("0012001000000000" + CONTROL);
        assertThat(bench.run("5A 00 0A 00 000000 00FF 00").hex())
                .isEqualTo("001a001000000008" + SHORT_DESCRIPTOR + CONTROL);
        assertThat(bench.run("5A 10 0A 00 000000 00FF 00").hex())
                .isEqualTo("0022001001000010" + LONG_DESCRIPTOR + CONTROL);
        assertThat(bench.run("5A 18 0A 00 000000 00FF 00").hex()).isEqualTo("0012001000000000" + CONTROL);
    }

    @Test
    void allPagesAndSubpages() {
        assertThat(sense6("08", "3F", "00")).isEqualTo("3b001000" + RECOVERY + CACHING + CONTROL + EXCEPTIONS);
        assertThat(sense6("08", "3F", "FF"))
                .endsWith(RECOVERY + CACHING + CONTROL + CONTROL_EXTENSION + EXCEPTIONS + PROVISIONING);
        assertThat(sense6("08", "0A", "FF")).isEqualTo("2f001000" + CONTROL + CONTROL_EXTENSION);
        assertThat(sense6("08", "0A", "01")).isEqualTo("23001000" + CONTROL_EXTENSION);
    }

    @Test
    void changeableAndDefaultValues() {
        assertThat(select6("00000000" + CONTROL_SWP).text()).isEqualTo("GOOD");
        assertThat(sense6("08", "0A", "00")).isEqualTo("0f009000" + CONTROL_SWP);
        assertThat(sense6("08", "8A", "00")).isEqualTo("0f009000" + CONTROL);
        assertThat(sense6("08", "4A", "00")).isEqualTo("0f009000" + "8a0a0410080000000000" + "0000");
        assertThat(sense6("08", "CA", "00")).isEqualTo("0f009000" + CONTROL);
    }

    @Test
    void savedValuesOutliveResetsAndRestarts() {
        byte[] list = CommandBench.bytes("00000000" + CONTROL_SWP);
        assertThat(bench.run("15 11 0000 10 00", list).text()).isEqualTo("GOOD");
        assertThat(sense6("08", "CA", "00")).isEqualTo("0f009000" + CONTROL_SWP);
        assertThat(select6("00000000" + CONTROL).text()).isEqualTo("GOOD");
        assertThat(sense6("08", "CA", "00")).isEqualTo("0f001000" + CONTROL_SWP);
        bench.unit().reset(UnitAttention.UNIT_RESET);
        assertThat(bench.unit().modePages().softwareWriteProtect()).isTrue();
        LogicalUnit again = new LogicalUnit(bench.volume(), bench.unit().attributes(), false);
        assertThat(again.modePages().softwareWriteProtect()).isTrue();
        assertThat(bench.run("55 11 0000000000 0014 00", CommandBench.bytes("0000000000000000" + CONTROL))
                        .text())
                .isEqualTo("GOOD");
        again = new LogicalUnit(bench.volume(), bench.unit().attributes(), false);
        assertThat(again.modePages().softwareWriteProtect()).isFalse();
    }

    @Test
    void whatCannotBeSavedIsCurrentOnly() {
        bench.volume().failNext(EngineStatus.IO_ERROR, 0);
        byte[] list = CommandBench.bytes("00000000" + CONTROL_SWP);
        assertThat(bench.run("15 11 0000 10 00", list).text()).isEqualTo("HARDWARE_ERROR/44/00");
        assertThat(sense6("08", "CA", "00")).isEqualTo("0f009000" + CONTROL);
    }

    @Test
    void unknownPagesAreRefused() {
        assertThat(bench.run("1A 08 02 00 FF 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@2.5");
        assertThat(bench.run("1A 08 08 01 FF 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@3");
        assertThat(bench.run("1A 08 3F 01 FF 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@3");
    }

    @Test
    void theAllocationLengthCutsWhatTheLengthFieldStillTells() {
        assertThat(bench.run("1A 08 3F 00 00 00").hex()).isEmpty();
        assertThat(bench.run("1A 08 3F 00 01 00").hex()).isEqualTo("3b");
        assertThat(bench.run("1A 08 3F 00 04 00").hex()).isEqualTo("3b001000");
        assertThat(bench.run("5A 08 0A 00 000000 0003 00").hex()).isEqualTo("001200");
    }

    @Test
    void cachingFollowsTheWritePolicyAndCannotBeSelected() {
        bench.volume().writePolicy(WritePolicy.WRITE_BACK);
        assertThat(sense6("08", "08", "00")).isEqualTo("17001000" + "081204" + "00".repeat(17));
        assertThat(select6("00000000" + CACHING).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/26/00@6.2");
        assertThat(select6("00000000" + "081204" + "00".repeat(17)).text()).isEqualTo("GOOD");
    }

    @Test
    void aHugeVolumeFillsTheShortDescriptor() {
        ModeHeader header = new ModeHeader(false, true, 1L << 33);
        HexFormat hex = HexFormat.of();
        assertThat(hex.formatHex(header.encode6(List.of()))).isEqualTo("0b001008" + "ffffffff00000200");
        assertThat(hex.formatHex(header.encode10(List.of(), true)))
                .isEqualTo("0016001001000010" + "0000000200000000" + "00000000" + "00000200");
    }

    @Test
    void selectTakesWhatSenseReturned() {
        for (String flags : new String[] {"00", "08"}) {
            String list = sense6(flags, "3F", "FF");
            assertThat(select6(list).text()).isEqualTo("GOOD");
        }
        for (String flags : new String[] {"00", "08", "10", "18"}) {
            String list = bench.run("5A " + flags + "3F FF 000000 00FF 00").hex();
            assertThat(select10(list).text()).isEqualTo("GOOD");
        }
        assertThat(bench.other().hasAttention()).isFalse();
    }

    @Test
    void aChangeIsToldToTheOtherNexusesOnce() {
        assertThat(select10("0000000000000000" + CONTROL_SWP).text()).isEqualTo("GOOD");
        assertThat(bench.unit().modePages().softwareWriteProtect()).isTrue();
        assertThat(bench.nexus().hasAttention()).isFalse();
        assertThat(bench.other().takeAttention()).hasToString("UNIT_ATTENTION/2A/01");
        assertThat(select6("00000000" + CONTROL_SWP).text()).isEqualTo("GOOD");
        assertThat(bench.other().hasAttention()).isFalse();
    }

    @Test
    void oneWrongPageSpoilsTheList() {
        assertThat(select6("00000000" + CONTROL_SWP + "0812ff" + "00".repeat(17))
                        .textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/26/00@18.7");
        assertThat(bench.unit().modePages().softwareWriteProtect()).isFalse();
        assertThat(bench.other().hasAttention()).isFalse();
    }

    @Test
    void fieldsThatCannotChangeAreNamed() {
        assertThat(select6("00000000" + "0a0a20200000" + "0000ffff0000").textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/26/00@7.5");
        assertThat(select6("00000000" + "0a0900100000" + "0000ffff0000").textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/26/00@5");
        assertThat(select6("00000000" + "0a0a20100000" + "0000ffff0000").text()).isEqualTo("GOOD");
        assertThat(select6("00000000" + "0202").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/26/00@4.5");
        assertThat(select6("00000000" + "4a02001c" + "00".repeat(28)).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/26/00@4.5");
        assertThat(select6("00000000" + "4a01001d" + "00".repeat(28)).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/26/00@6");
        assertThat(select6("00010000").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/26/00@1");
    }

    @Test
    void blockDescriptorsMayOnlySayWhatIs() {
        assertThat(select6("00000008" + SHORT_DESCRIPTOR).text()).isEqualTo("GOOD");
        assertThat(select6("00000008" + "00000000" + "00000200").text()).isEqualTo("GOOD");
        assertThat(select6("00000008" + "00000800" + "00000200").textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/26/00@4");
        assertThat(select6("00000008" + "00001000" + "00001000").textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/26/00@9");
        assertThat(select6("00000007" + "00001000" + "000200").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/26/00@3");
        assertThat(select10("0000000001000010" + LONG_DESCRIPTOR + CONTROL).text())
                .isEqualTo("GOOD");
        assertThat(select10("0000000001000008" + SHORT_DESCRIPTOR).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/26/00@6");
        assertThat(select10("0000000001000010" + "0000000100001000" + "00000000" + "00000200")
                        .textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/26/00@8");
    }

    @Test
    void aListThatEndsTooEarlyIsALengthError() {
        String list = "00000008" + SHORT_DESCRIPTOR + CONTROL_SWP + CONTROL_EXTENSION;
        List<Integer> whole = List.of(0, 12, 24, 56);
        for (int length = 0; length <= list.length() / 2; length++) {
            String expected = whole.contains(length) ? "GOOD" : "ILLEGAL_REQUEST/1A/00";
            assertThat(select6(list.substring(0, 2 * length)).text())
                    .as("%d bytes", length)
                    .isEqualTo(expected);
        }
    }

    @Test
    void flagsOfSelect() {
        byte[] list = CommandBench.bytes("00000000" + CONTROL);
        assertThat(bench.run("15 12 0000 10 00", list).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@1.1");
        assertThat(bench.run("15 00 0000 10 00", list).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@1.4");
        assertThat(bench.run("15 00 0000 00 00").text()).isEqualTo("GOOD");
        assertThat(bench.run("55 10 0000000000 1001 00", new byte[4097]).text()).isEqualTo("ILLEGAL_REQUEST/1A/00");
    }
}
