package dev.sandstone.scsi.primary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.scsi.command.CommandBench;
import dev.sandstone.scsi.command.Commands;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.SpaceSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** REPORT and SET IDENTIFYING INFORMATION, REPORT TIMESTAMP, LOG SENSE and SELECT, SEND and RECEIVE DIAGNOSTIC. */
@Commands({
    "LOG SENSE",
    "LOG SELECT",
    "REPORT IDENTIFYING INFORMATION",
    "SET IDENTIFYING INFORMATION",
    "REPORT TIMESTAMP",
    "SEND DIAGNOSTIC",
    "RECEIVE DIAGNOSTIC RESULTS"
})
class InformationCommandsTest {
    private final CommandBench bench = new CommandBench(PrimaryCommands.rows(List.of()));

    private String identify(int type) {
        return bench.run(String.format(Locale.ROOT, "A3 05 00000000 00000400 %02X 00", type << 1))
                .hex();
    }

    private String set(int type, String data) {
        byte[] bytes = CommandBench.bytes(data);
        return bench.run(String.format(Locale.ROOT, "A4 06 00000000 %08X %02X 00", bytes.length, type << 1), bytes)
                .textAndPointer();
    }

    @Test
    void identifyingInformationIsKept() {
        assertThat(identify(0)).isEqualTo("00000000");
        assertThat(identify(2)).isEqualTo("00000000");
        assertThat(identify(0x7F)).isEqualTo("00000008" + "00000200" + "04000100");
        assertThat(set(0, "0102030405")).isEqualTo("GOOD");
        assertThat(set(2, "616200")).isEqualTo("GOOD");
        assertThat(identify(0)).isEqualTo("00000005" + "0102030405");
        assertThat(identify(2)).isEqualTo("00000003" + "616200");
        assertThat(bench.nexus().hasAttention()).isFalse();
        assertThat(bench.other().takeAttention()).hasToString("UNIT_ATTENTION/3F/05");
        LogicalUnit again = new LogicalUnit(bench.volume(), bench.unit().attributes(), false);
        assertThat(again.memory().information()).containsExactly(1, 2, 3, 4, 5);
        assertThat(again.memory().text()).containsExactly('a', 'b', 0);
        assertThat(set(0, "")).isEqualTo("GOOD");
        assertThat(identify(0)).isEqualTo("00000000");
    }

    @Test
    void whatIsNoIdentifyingInformationIsRefused() {
        assertThat(set(0, "00".repeat(513))).isEqualTo("ILLEGAL_REQUEST/1A/00");
        assertThat(set(2, "61".repeat(256) + "00")).isEqualTo("ILLEGAL_REQUEST/1A/00");
        assertThat(set(2, "6162")).isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(set(1, "00")).isEqualTo("ILLEGAL_REQUEST/24/00@10.7");
        assertThat(bench.run("A3 05 00000000 00000400 02 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@10.7");
        bench.volume().failNext(EngineStatus.IO_ERROR, 0);
        assertThat(set(0, "01")).isEqualTo("HARDWARE_ERROR/44/00");
        assertThat(identify(0)).isEqualTo("00000000");
        assertThat(bench.other().hasAttention()).isFalse();
    }

    @Test
    void theTimestampIsTheClock() {
        ((QueueLoop) bench.volume().loop()).advance(TimeUnit.MILLISECONDS.toNanos(0x0123456789L));
        assertThat(bench.run("A3 0F 00000000 000000FF 00 00").hex()).isEqualTo("000a0300" + "000123456789" + "0000");
    }

    private String log(String page) {
        return bench.run("4D 00 " + page + " 00 0000 0400 00").hex();
    }

    @Test
    void logPagesAreListed() {
        assertThat(log("40 00")).isEqualTo("80000005" + "000c0d192f");
        assertThat(log("40 FF")).isEqualTo("c0ff000c" + "0000" + "00ff" + "0c00" + "0d00" + "1900" + "2f00");
        assertThat(bench.run("4D 00 41 00 00 0000 0400 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@2.5");
        assertThat(bench.run("4D 00 4C 01 00 0000 0400 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@3");
        assertThat(bench.run("4D 01 4C 00 00 0000 0400 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@1.0");
    }

    @Test
    void provisioningCountsThresholdSets() {
        bench.unit().space(answer -> answer.accept(new SpaceSource.Space(7L << 20, (3L << 20) + 1)));
        String used = "0002" + "03" + "08" + "00000003" + "01000000";
        assertThat(log("4C 00")).isEqualTo("8c000018" + "0001" + "03" + "08" + "00000007" + "02000000" + used);
        assertThat(bench.run("4D 00 4C 00 00 0002 0400 00").hex()).isEqualTo("8c00000c" + used);
        assertThat(bench.run("4D 00 4C 00 00 0003 0400 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@5");
        assertThat(bench.run("4D 00 4C 00 00 0000 0006 00").hex()).isEqualTo("8c0000180001");
    }

    @Test
    void commandsAndBlocksAreCounted() {
        bench.unit().statistics().read(8 * VolumeSpec.BLOCK_BYTES);
        bench.unit().statistics().written(3 * VolumeSpec.BLOCK_BYTES);
        bench.unit().statistics().written(VolumeSpec.BLOCK_BYTES);
        assertThat(log("59 00"))
                .startsWith("9900005c" + "00010340" + "0000000000000001" + "0000000000000002" + "0000000000000008"
                        + "0000000000000004");
        assertThat(log("4D 00")).isEqualTo("8d00000c" + "0000030200ff" + "0001030200ff");
        assertThat(log("6F 00")).isEqualTo("af000008" + "00000304" + "0000ff00");
    }

    private String select(String cdb) {
        return bench.run("4C " + cdb).textAndPointer();
    }

    @Test
    void countersAreSetToZero() {
        String zeros = "9900005c" + "00010340" + "00".repeat(64);
        for (String cdb : List.of("02 40 00", "02 59 00", "02 D9 FF")) {
            bench.unit().statistics().read(VolumeSpec.BLOCK_BYTES);
            bench.unit().statistics().written(VolumeSpec.BLOCK_BYTES);
            assertThat(select(cdb + " 000000 0000 00")).isEqualTo("GOOD");
            assertThat(log("59 00")).as(cdb).startsWith(zeros);
            assertThat(bench.other().takeAttention()).hasToString("UNIT_ATTENTION/2A/02");
            assertThat(bench.nexus().hasAttention()).isFalse();
        }
    }

    @Test
    void logSelectWithoutEffect() {
        bench.unit().statistics().read(VolumeSpec.BLOCK_BYTES);
        String counted = log("59 00");
        for (String cdb : List.of("00 40 00", "00 C0 00", "00 59 00", "02 40 FF", "02 4C 00", "02 4D FF", "02 6F 00")) {
            assertThat(select(cdb + " 000000 0000 00")).as(cdb).isEqualTo("GOOD");
        }
        assertThat(log("59 00")).isEqualTo(counted);
        assertThat(bench.other().hasAttention()).isFalse();
    }

    @Test
    void whatLogSelectDoesNotServeIsRefused() {
        assertThat(select("03 40 00 000000 0000 00")).as("SP").isEqualTo("ILLEGAL_REQUEST/24/00@1.0");
        assertThat(select("02 41 00 000000 0000 00")).as("no such page").isEqualTo("ILLEGAL_REQUEST/24/00@2.5");
        assertThat(select("02 59 01 000000 0000 00")).as("no such subpage").isEqualTo("ILLEGAL_REQUEST/24/00@3");
        assertThat(select("00 40 00 000000 0004 00")).as("values").isEqualTo("ILLEGAL_REQUEST/24/00@8.2");
        assertThat(select("02 40 00 000000 0100 00")).as("PCR and values").isEqualTo("ILLEGAL_REQUEST/24/00@7.0");
    }

    @Test
    void thresholdsAreToldOnceUntilTheyAreLeft() {
        String armed = "5c02001c" + "00".repeat(12) + "8101000000000004" + "8202000000000064";
        byte[] list = CommandBench.bytes("00000000" + armed);
        assertThat(bench.run("15 10 0000 24 00", list).text()).isEqualTo("GOOD");
        assertThat(bench.other().takeAttention()).hasToString("UNIT_ATTENTION/2A/01");
        bench.unit().spaceChanged(new SpaceSource.Space(5L << 20, 99L << 20));
        assertThat(bench.nexus().hasAttention()).isFalse();
        bench.unit().spaceChanged(new SpaceSource.Space(4L << 20, 99L << 20));
        assertThat(bench.nexus().takeAttention()).hasToString("UNIT_ATTENTION/38/07");
        assertThat(bench.other().takeAttention()).hasToString("UNIT_ATTENTION/38/07");
        bench.unit().spaceChanged(new SpaceSource.Space(3L << 20, 99L << 20));
        assertThat(bench.nexus().hasAttention()).isFalse();
        bench.unit().spaceChanged(new SpaceSource.Space(3L << 20, 100L << 20));
        assertThat(bench.nexus().takeAttention()).hasToString("UNIT_ATTENTION/38/07");
        bench.unit().spaceChanged(new SpaceSource.Space(9L << 20, 1L << 20));
        bench.unit().spaceChanged(new SpaceSource.Space(1L << 20, 1L << 20));
        assertThat(bench.nexus().takeAttention()).hasToString("UNIT_ATTENTION/38/07");
    }

    /** SBC-4 6.5.8, LBPERE. */
    @Test
    void withoutLbpereNoThresholdIsReported() {
        String armed = "5c02001c" + "00".repeat(12) + "8101000000000004" + "8202000000000064";
        String silent = "010ac0" + "00".repeat(9);
        byte[] list = CommandBench.bytes("00000000" + silent + armed);
        assertThat(bench.run("15 11 0000 30 00", list).text()).isEqualTo("GOOD");
        assertThat(bench.other().takeAttention()).hasToString("UNIT_ATTENTION/2A/01");
        List<Consumer<SpaceSource.Space>> asked = new ArrayList<>();
        bench.unit().space(asked::add);
        bench.unit().compareSpace();
        assertThat(asked).isEmpty();
        bench.unit().spaceChanged(new SpaceSource.Space(4L << 20, 100L << 20));
        bench.unit().poolRunsLow();
        assertThat(bench.nexus().hasAttention()).isFalse();
        assertThat(bench.other().hasAttention()).isFalse();
        LogicalUnit again = new LogicalUnit(bench.volume(), bench.unit().attributes(), false);
        assertThat(again.modePages().reportsThresholds()).as("saved").isFalse();

        byte[] reporting = CommandBench.bytes("00000000" + "010ac00000000080" + "00".repeat(4));
        assertThat(bench.run("15 10 0000 10 00", reporting).text()).isEqualTo("GOOD");
        assertThat(bench.other().takeAttention()).hasToString("UNIT_ATTENTION/2A/01");
        bench.unit().spaceChanged(new SpaceSource.Space(4L << 20, 100L << 20));
        assertThat(bench.nexus().takeAttention()).hasToString("UNIT_ATTENTION/38/07");
        bench.unit().poolRunsLow();
        assertThat(bench.nexus().takeAttention()).hasToString("UNIT_ATTENTION/38/07");
    }

    /** The answer may mean to read the map of the volume. */
    @Test
    void spaceIsAskedForOnlyWhereAThresholdIsSet() {
        List<Consumer<SpaceSource.Space>> asked = new ArrayList<>();
        bench.unit().space(asked::add);
        bench.unit().compareSpace();
        assertThat(asked).isEmpty();
        byte[] armed = CommandBench.bytes(
                "00000000" + "5c02001c" + "00".repeat(12) + "8101000000000004" + "0202" + "00".repeat(6));
        assertThat(bench.run("15 10 0000 24 00", armed).text()).isEqualTo("GOOD");
        bench.unit().compareSpace();
        bench.unit().compareSpace();
        assertThat(asked).as("one question at a time").hasSize(1);
        asked.get(0).accept(new SpaceSource.Space(4L << 20, 0));
        assertThat(bench.nexus().takeAttention()).hasToString("UNIT_ATTENTION/38/07");
        bench.unit().compareSpace();
        assertThat(asked).hasSize(2);
    }

    @Test
    void diagnostics() {
        assertThat(bench.run("1D 04 00 0000 00").text()).isEqualTo("GOOD");
        assertThat(bench.run("1D A0 00 0000 00").text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("flush", "flush");
        assertThat(bench.run("1D 20 00 0000 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@1.7");
        assertThat(bench.run("1D 14 00 0004 00", new byte[4]).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@1.2");
        assertThat(bench.run("1D 10 00 0004 00", new byte[4]).text()).isEqualTo("GOOD");
        assertThat(bench.run("1D 10 00 0004 00", new byte[] {1, 0, 0, 0}).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/26/00@0");
        assertThat(bench.run("1D 10 00 0004 00", new byte[] {0, 0, 0, 1}).text())
                .isEqualTo("ILLEGAL_REQUEST/1A/00");
        assertThat(bench.run("1C 01 00 00FF 00").hex()).isEqualTo("0000000100");
        assertThat(bench.run("1C 00 77 00FF 00").hex()).isEqualTo("0000000100");
        assertThat(bench.run("1C 01 01 00FF 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@2");
    }
}
