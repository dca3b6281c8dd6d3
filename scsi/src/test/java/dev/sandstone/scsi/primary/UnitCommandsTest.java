package dev.sandstone.scsi.primary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.scsi.command.CommandBench;
import dev.sandstone.scsi.command.Commands;
import dev.sandstone.scsi.command.LunKind;
import dev.sandstone.scsi.task.ScsiStatus;
import dev.sandstone.scsi.unit.UnitAttention;
import java.util.List;
import org.junit.jupiter.api.Test;

/** TEST UNIT READY, REQUEST SENSE, REPORT LUNS, PREVENT ALLOW, RESERVE and RELEASE. */
@Commands({"TEST UNIT READY", "REQUEST SENSE", "REPORT LUNS", "RESERVE", "RELEASE", "PREVENT ALLOW MEDIUM REMOVAL"})
class UnitCommandsTest {
    private final CommandBench bench = new CommandBench(PrimaryCommands.rows(List.of()));

    @Test
    void testUnitReady() {
        assertThat(bench.run("00 00 000000 00").text()).isEqualTo("GOOD");
        assertThat(bench.runWithoutUnit("00 00 000000 00", LunKind.REPORT_LUNS).text())
                .isEqualTo("GOOD");
        assertThat(bench.runWithoutUnit("00 00 000000 00", LunKind.ABSENT).text())
                .isEqualTo("ILLEGAL_REQUEST/25/00");
    }

    @Test
    void requestSenseTellsNothingInBothFormats() {
        assertThat(bench.run("03 00 0000 FF 00").hex()).isEqualTo("700000000000000a" + "00".repeat(10));
        assertThat(bench.run("03 01 0000 FF 00").hex()).isEqualTo("7200000000000000");
        assertThat(bench.run("03 00 0000 00 00").hex()).isEmpty();
        assertThat(bench.run("03 00 0000 01 00").hex()).isEqualTo("70");
        assertThat(bench.run("03 01 0000 04 00").hex()).isEqualTo("72000000");
    }

    @Test
    void requestSenseTakesOneUnitAttentionAtATime() {
        bench.nexus().establish(UnitAttention.MODE_CHANGED);
        bench.nexus().establish(UnitAttention.CAPACITY_CHANGED);
        assertThat(bench.run("03 01 0000 FF 00").hex()).isEqualTo("72062a0100000000");
        assertThat(bench.run("03 01 0000 FF 00").hex()).isEqualTo("72062a0900000000");
        assertThat(bench.run("03 01 0000 FF 00").hex()).isEqualTo("7200000000000000");
    }

    @Test
    void requestSenseTellsThatTheMediumIsOut() {
        bench.unit().medium().eject();
        assertThat(bench.run("03 01 0000 FF 00").hex()).isEqualTo("72023a0000000000");
        assertThat(bench.run("03 01 0000 FF 00").hex()).isEqualTo("72023a0000000000");
    }

    @Test
    void requestSenseWhereThereIsNoUnit() {
        assertThat(bench.runWithoutUnit("03 01 0000 FF 00", LunKind.ABSENT).hex())
                .isEqualTo("7205250000000000");
        assertThat(bench.runWithoutUnit("03 01 0000 FF 00", LunKind.REPORT_LUNS).hex())
                .isEqualTo("7200000000000000");
    }

    private String luns(String select, int... luns) {
        return bench.runWithoutUnit("A0 00 " + select + " 000000 00001000 00 00", LunKind.ABSENT, luns)
                .hex();
    }

    @Test
    void reportLunsAnswersEverySelectReport() {
        String two = "0000000000000000" + "00ff000000000000";
        String wellKnown = "c101000000000000";
        assertThat(luns("00", 0, 255)).isEqualTo("0000001000000000" + two);
        assertThat(luns("11", 0, 255)).isEqualTo("0000001000000000" + two);
        assertThat(luns("02", 0, 255)).isEqualTo("0000001800000000" + two + wellKnown);
        assertThat(luns("01", 0, 255)).isEqualTo("0000000800000000" + wellKnown);
        assertThat(luns("10", 0, 255)).isEqualTo("0000000000000000");
        assertThat(luns("12", 0, 255)).isEqualTo("0000000000000000");
        assertThat(luns("00")).isEqualTo("0000000000000000");
        assertThat(bench.run("A0 00 00 000000 00001000 00 00").hex()).isEqualTo("00000008000000000000000000000000");
    }

    @Test
    void lunsAbove255UseFlatSpace() {
        assertThat(luns("00", 256, 16383)).isEqualTo("0000001000000000" + "4100000000000000" + "7fff000000000000");
    }

    @Test
    void reportLunsRefusesOtherValues() {
        for (String select : new String[] {"03", "0F", "13", "FF"}) {
            assertThat(bench.run("A0 00 " + select + " 000000 00001000 00 00").textAndPointer())
                    .isEqualTo("ILLEGAL_REQUEST/24/00@2");
        }
    }

    @Test
    void reportLunsIsCutAtTheAllocationLength() {
        assertThat(bench.run("A0 00 00 000000 00000000 00 00").hex()).isEmpty();
        assertThat(bench.run("A0 00 00 000000 00000004 00 00").hex()).isEqualTo("00000008");
        assertThat(bench.run("A0 00 00 000000 FFFFFFFF 00 00").dataIn()).hasSize(16);
    }

    @Test
    void reportLunsForgetsThatTheInventoryChanged() {
        assertThat(bench.start("A0 00 00 000000 00000010 00 00", new byte[0]).wasInventoryReported())
                .isTrue();
        assertThat(bench.start("A0 00 03 000000 00000010 00 00", new byte[0]).wasInventoryReported())
                .isFalse();
    }

    @Test
    void eachNexusPreventsForItself() {
        assertThat(bench.run("1E 00 0000 01 00").text()).isEqualTo("GOOD");
        assertThat(bench.runOnOther("1E 00 0000 01 00").text()).isEqualTo("GOOD");
        assertThat(bench.run("1E 00 0000 00 00").text()).isEqualTo("GOOD");
        assertThat(bench.unit().medium().prevented()).isTrue();
        assertThat(bench.runOnOther("1E 00 0000 00 00").text()).isEqualTo("GOOD");
        assertThat(bench.unit().medium().prevented()).isFalse();
        assertThat(bench.run("1E 00 0000 02 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@4.1");
    }

    @Test
    void reservationsExcludeTheOtherNexus() {
        assertThat(bench.run("16 00 000000 00").text()).isEqualTo("GOOD");
        assertThat(bench.run("16 00 000000 00").text()).isEqualTo("GOOD");
        assertThat(bench.runOnOther("16 00 000000 00").status()).isEqualTo(ScsiStatus.RESERVATION_CONFLICT);
        assertThat(bench.runOnOther("17 00 000000 00").text()).isEqualTo("GOOD");
        assertThat(bench.unit().reservation().conflicts(bench.other())).isTrue();
        assertThat(bench.run("57 00 00000000000000 00").text()).isEqualTo("GOOD");
        assertThat(bench.runOnOther("56 00 00000000000000 00").text()).isEqualTo("GOOD");
        assertThat(bench.unit().reservation().conflicts(bench.nexus())).isTrue();
        assertThat(bench.run("16 10 000000 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@1.4");
    }
}
