package dev.sandstone.scsi.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.loop.QueueLoop;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.command.CommandBench;
import dev.sandstone.scsi.command.Commands;
import dev.sandstone.scsi.command.TestCommand;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.unit.EraseJob;
import dev.sandstone.scsi.unit.LogicalUnit;
import dev.sandstone.scsi.unit.UnitAttention;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** FORMAT UNIT and SANITIZE: everything is erased, in its time, whatever comes between. */
@Commands({"FORMAT UNIT", "SANITIZE"})
class EraseTest {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final CommandBench bench = new CommandBench(BlockCommands.rows());

    private void fill() {
        Arrays.fill(bench.volume().bytes(), (byte) 0x77);
    }

    private boolean erased() {
        for (byte each : bench.volume().bytes()) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    private QueueLoop loop() {
        return (QueueLoop) bench.volume().loop();
    }

    private static String sense(LogicalUnit unit) {
        SenseData sense = unit.erasing().notReady();
        return sense == null ? "ready" : HexFormat.of().formatHex(sense.encode(true));
    }

    @Test
    void aSanitizeTakesItsTimeAndTellsHowFarItIs() {
        fill();
        TestCommand command = bench.start("48 02 0000000000 0000 00", new byte[0]);
        assertThat(command.hasEnded()).isFalse();
        loop().advance(TimeUnit.SECONDS.toNanos(6));
        assertThat(command.hasEnded()).as("after six seconds").isFalse();
        String early = sense(bench.unit());
        assertThat(early).startsWith("7202041b00000008" + "0206000080");
        loop().advance(TimeUnit.SECONDS.toNanos(2));
        assertThat(sense(bench.unit())).isGreaterThan(early);
        bench.unit().reset(UnitAttention.UNIT_RESET);
        loop().advance(MOST_NANOS);
        assertThat(command.outcome().text()).isEqualTo("GOOD");
        assertThat(sense(bench.unit())).isEqualTo("ready");
        assertThat(erased()).isTrue();
    }

    @Test
    void everyKindErases() {
        for (String cdb : new String[] {"48 82 0000000000 0000 00", "48 A3 0000000000 0000 00"}) {
            fill();
            assertThat(bench.run(cdb).text()).as(cdb).isEqualTo("GOOD");
            assertThat(bench.unit().erasing().running()).isTrue();
            loop().advance(MOST_NANOS);
            assertThat(sense(bench.unit())).isEqualTo("ready");
            assertThat(erased()).isTrue();
        }
        assertThat(bench.run("48 1F 0000000000 0000 00").text()).isEqualTo("GOOD");
    }

    @Test
    void overwritingLeavesThePatternWhereDataWas() {
        byte[] bytes = bench.volume().bytes();
        Arrays.fill(bytes, 40 * 512, 300 * 512, (byte) 0x77);
        byte[] expected = new byte[bytes.length];
        for (int at = 40 * 512; at < 304 * 512; at++) {
            expected[at] = (byte) (0xA0 + at % 512 % 3);
        }
        assertThat(bench.run("48 81 0000000000 0007 00", CommandBench.bytes("01000003A0A1A2"))
                        .text())
                .isEqualTo("GOOD");
        loop().advance(MOST_NANOS);
        assertThat(sense(bench.unit())).isEqualTo("ready");
        assertThat(bench.volume().bytes()).isEqualTo(expected);
        assertThat(bench.run("48 81 0000000000 0005 00", CommandBench.bytes("820000010F"))
                        .text())
                .isEqualTo("GOOD");
        loop().advance(MOST_NANOS);
        assertThat(bench.volume().bytes()[40 * 512])
                .as("two passes, the second inverted")
                .isEqualTo((byte) 0xF0);
    }

    @Test
    void anOverwriteGoesOnAfterARestart() {
        fill();
        bench.run("48 81 0000000000 0005 00", CommandBench.bytes("010000013C"));
        loop().advance(TimeUnit.SECONDS.toNanos(1));
        new LogicalUnit(bench.volume(), bench.unit().attributes(), false);
        loop().advance(MOST_NANOS);
        for (byte each : bench.volume().bytes()) {
            assertThat(each).isEqualTo((byte) 0x3C);
        }
    }

    @Test
    void wrongParametersStartNothing() {
        String[][] wrong = {
            {"48 01 0000000000 0004 00", "01000000", "ILLEGAL_REQUEST/24/00@7"},
            {"48 01 0000000000 0005 00", "210000013C", "ILLEGAL_REQUEST/26/00@0.6"},
            {"48 01 0000000000 0005 00", "010100013C", "ILLEGAL_REQUEST/26/00@1"},
            {"04 10 000000 00", "08000000", "ILLEGAL_REQUEST/26/00@0.7"},
            {"04 30 000000 00", "0000000500000000", "ILLEGAL_REQUEST/26/00@3"},
            {"48 01 0000000000 0000 00", "", "ILLEGAL_REQUEST/24/00@7"},
            {"48 01 0000000000 0008 00", "00000004A5A5A5A5", "ILLEGAL_REQUEST/26/00@0.4"},
            {"48 01 0000000000 0008 00", "01000000A5A5A5A5", "ILLEGAL_REQUEST/26/00@2"},
            {"48 01 0000000000 0008 00", "01000005A5A5A5A5", "ILLEGAL_REQUEST/26/00@2"},
            {"48 01 0000000000 0205 00", "01000201" + "A5".repeat(513), "ILLEGAL_REQUEST/24/00@7"},
            {"48 02 0000000000 0008 00", "", "ILLEGAL_REQUEST/24/00@7"},
            {"48 1F 0000000000 0001 00", "", "ILLEGAL_REQUEST/24/00@7"},
        };
        for (String[] each : wrong) {
            assertThat(bench.run(each[0], CommandBench.bytes(each[1])).textAndPointer())
                    .as(each[0])
                    .isEqualTo(each[2]);
            assertThat(bench.unit().erasing().running()).isFalse();
        }
    }

    @Test
    void aSanitizeThatCannotBeKeptDoesNotBegin() {
        fill();
        bench.volume().failNext(EngineStatus.IO_ERROR, 0);
        assertThat(bench.run("48 82 0000000000 0000 00").text()).isEqualTo("HARDWARE_ERROR/44/00");
        loop().advance(MOST_NANOS);
        assertThat(sense(bench.unit())).isEqualTo("ready");
        assertThat(bench.volume().bytes()[0]).isEqualTo((byte) 0x77);
    }

    @Test
    void itGoesOnAfterARestart() {
        fill();
        bench.run("48 82 0000000000 0000 00");
        loop().advance(TimeUnit.SECONDS.toNanos(1));
        LogicalUnit again = new LogicalUnit(bench.volume(), bench.unit().attributes(), false);
        assertThat(sense(again)).startsWith("7202041b");
        loop().advance(MOST_NANOS);
        assertThat(sense(again)).isEqualTo("ready");
        assertThat(erased()).isTrue();
    }

    @Test
    void aFailureStaysUntilItIsLeftOrDoneAgain() {
        assertThat(bench.run("48 82 0000000000 0000 00").text()).isEqualTo("GOOD");
        bench.volume().failNext(EngineStatus.IO_ERROR, 0);
        loop().advance(MOST_NANOS);
        assertThat(Objects.requireNonNull(bench.unit().erasing().notReady())).hasToString("MEDIUM_ERROR/31/03");
        assertThat(bench.run("48 1F 0000000000 0000 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@1.4");
        assertThat(new LogicalUnit(bench.volume(), bench.unit().attributes(), false)
                        .erasing()
                        .notReady())
                .hasToString("MEDIUM_ERROR/31/03");
        bench.run("48 A2 0000000000 0000 00");
        bench.volume().failNext(EngineStatus.IO_ERROR, 0);
        loop().advance(MOST_NANOS);
        assertThat(bench.run("48 1F 0000000000 0000 00").text()).isEqualTo("GOOD");
        assertThat(sense(bench.unit())).isEqualTo("ready");
    }

    @Test
    void busyStepsAreTriedAgain() {
        fill();
        bench.run("48 82 0000000000 0000 00");
        for (int i = 0; i < 5; i++) {
            bench.volume().failNext(EngineStatus.BUSY, 0);
        }
        loop().advance(MOST_NANOS);
        assertThat(sense(bench.unit())).isEqualTo("ready");
        assertThat(erased()).isTrue();
    }

    @Test
    void formatErases() {
        fill();
        TestCommand command = bench.start("04 00 000000 00", new byte[0]);
        assertThat(sense(bench.unit())).startsWith("72020404");
        loop().advance(1);
        assertThat(command.outcome().text()).isEqualTo("GOOD");
        assertThat(erased()).isTrue();
        fill();
        assertThat(bench.run("04 18 000000 00", CommandBench.bytes("00020000")).text())
                .isEqualTo("GOOD");
        loop().advance(1);
        assertThat(erased()).isTrue();
        fill();
        assertThat(bench.start("04 30 000000 00", CommandBench.bytes("0080000000000000"))
                        .hasEnded())
                .isFalse();
        loop().advance(1);
        assertThat(erased()).isTrue();
    }

    @Test
    void formatTakesNoProtectionAndNoDefects() {
        assertThat(bench.run("04 40 000000 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@1.7");
        assertThat(bench.run("04 01 000000 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@1.2");
        assertThat(bench.run("04 10 000000 00", CommandBench.bytes("00000008")).text())
                .isEqualTo("ILLEGAL_REQUEST/26/00");
        assertThat(bench.run("04 10 000000 00", CommandBench.bytes("01000000")).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/26/00@0.2");
        assertThat(bench.run("04 10 000000 00", CommandBench.bytes("00200000")).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/26/00@1.7");
        assertThat(bench.run("04 10 000000 00", CommandBench.bytes("00880000")).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/26/00@1.3");
        assertThat(bench.run("04 10 000000 00", CommandBench.bytes("0000")).text())
                .isEqualTo("ILLEGAL_REQUEST/0E/03");
        assertThat(bench.unit().erasing().running()).isFalse();
    }

    @Test
    void aVolumeThatGrowsUnderWayIsErasedToItsNewEnd() {
        fill();
        bench.run("48 82 0000000000 0000 00");
        loop().advance(TimeUnit.SECONDS.toNanos(5));
        bench.volume().resize(2 * CommandBench.BLOCKS);
        loop().advance(MOST_NANOS);
        assertThat(sense(bench.unit())).isEqualTo("ready");
        assertThat(erased()).isTrue();
        fill();
        bench.run("48 81 0000000000 0005 00", CommandBench.bytes("010000013C"));
        loop().advance(TimeUnit.SECONDS.toNanos(5));
        bench.volume().resize(3 * CommandBench.BLOCKS + 7);
        loop().advance(MOST_NANOS);
        byte[] bytes = bench.volume().bytes();
        assertThat(Arrays.copyOf(bytes, 2 * CommandBench.BLOCKS * 512)).containsOnly(0x3C);
        assertThat(Arrays.copyOfRange(bytes, 2 * CommandBench.BLOCKS * 512, bytes.length))
                .as("held nothing")
                .containsOnly(0);
    }

    @Test
    void aVolumeThatShrinksUnderWayIsErasedToItsNewEnd() {
        fill();
        bench.run("48 82 0000000000 0000 00");
        loop().advance(TimeUnit.SECONDS.toNanos(2));
        bench.volume().resize(CommandBench.BLOCKS / 2);
        loop().advance(TimeUnit.SECONDS.toNanos(1));
        bench.volume().resize(CommandBench.BLOCKS / 4 * 3);
        loop().advance(MOST_NANOS);
        assertThat(sense(bench.unit())).isEqualTo("ready");
        assertThat(erased()).isTrue();
    }

    @Test
    void theEndOfASanitizeIsToldWhenItIsKept() {
        CommandBench small = new CommandBench(BlockCommands.rows(), 8, 4096, false);
        small.volume().failNext(EngineStatus.OK, 0);
        small.volume().failNext(EngineStatus.OK, 0);
        small.volume().failNext(EngineStatus.IO_ERROR, 0);
        small.volume().failNext(EngineStatus.SPACE_EXHAUSTED, 0);
        TestCommand command = small.start("48 02 0000000000 0000 00", new byte[0]);
        assertThat(small.volume().takeJournal()).containsExactly("keepAnnex 2", "unmap [0+8]", "keepAnnex 2");
        assertThat(command.hasEnded()).as("before its end is kept").isFalse();
        assertThat(sense(small.unit())).startsWith("7202041b");
        ((QueueLoop) small.volume().loop()).advance(TimeUnit.SECONDS.toNanos(2));
        assertThat(command.outcome().text()).isEqualTo("GOOD");
        assertThat(sense(small.unit())).isEqualTo("ready");
        assertThat(sense(new LogicalUnit(small.volume(), small.unit().attributes(), false)))
                .isEqualTo("ready");
        assertThat(small.run("48 82 0000000000 0000 00").text()).isEqualTo("GOOD");
    }

    @Test
    void aFormatThatFailsIsToldUntilItIsDoneAgain() {
        bench.volume().failNext(EngineStatus.OK, 0);
        bench.volume().failNext(EngineStatus.IO_ERROR, 0);
        assertThat(bench.run("04 18 000000 00", CommandBench.bytes("00020000")).text())
                .as("FORMAT UNIT, IMMED")
                .isEqualTo("GOOD");
        loop().advance(1);
        assertThat(bench.unit().erasing().notReady()).hasToString("MEDIUM_ERROR/31/00");
        LogicalUnit again = new LogicalUnit(bench.volume(), bench.unit().attributes(), false);
        assertThat(again.erasing().notReady()).hasToString("MEDIUM_ERROR/31/00");
        assertThat(again.erasing().running()).isFalse();
        TestCommand format = bench.start("04 00 000000 00", new byte[0]);
        assertThat(sense(bench.unit())).startsWith("72020404");
        loop().advance(1);
        assertThat(format.outcome().text()).isEqualTo("GOOD");
        assertThat(sense(bench.unit())).isEqualTo("ready");
        assertThat(sense(new LogicalUnit(bench.volume(), bench.unit().attributes(), false)))
                .isEqualTo("ready");
    }

    @Test
    void aFormatThatIsCutOffIsTold() {
        bench.start("04 00 000000 00", new byte[0]);
        assertThat(sense(bench.unit())).startsWith("72020404");
        LogicalUnit again = new LogicalUnit(bench.volume(), bench.unit().attributes(), false);
        assertThat(again.erasing().notReady()).hasToString("MEDIUM_ERROR/31/00");
    }

    @Test
    void aFormatThatCannotBeKeptDoesNotBegin() {
        fill();
        bench.volume().failNext(EngineStatus.IO_ERROR, 0);
        assertThat(bench.run("04 00 000000 00").text()).isEqualTo("HARDWARE_ERROR/44/00");
        loop().advance(1);
        assertThat(sense(bench.unit())).isEqualTo("ready");
        assertThat(bench.volume().bytes()[0]).isEqualTo((byte) 0x77);
    }

    @Test
    void aFailedSanitizeIsNotEndedByAFormat() {
        bench.volume().failNext(EngineStatus.OK, 0);
        bench.volume().failNext(EngineStatus.IO_ERROR, 0);
        bench.run("48 82 0000000000 0000 00");
        assertThat(bench.run("04 00 000000 00").text()).isEqualTo("MEDIUM_ERROR/31/03");
        assertThat(bench.run("48 82 0000000000 0000 00").text()).isEqualTo("GOOD");
        loop().advance(MOST_NANOS);
        assertThat(sense(bench.unit())).isEqualTo("ready");
    }

    @Test
    void neitherStartsWhileContentIsReplaced() {
        EraseJob job = bench.unit().erasing();
        assertThat(job.hold()).isTrue();
        assertThat(job.hold()).isTrue();
        job.release();
        List<EngineStatus> told = new ArrayList<>();
        EraseJob.Alone alone = (why, then) -> then.run();
        job.format(alone, (status, detail) -> told.add(status), (status, detail) -> told.add(status));
        job.sanitize(false, new byte[0], alone, (status, detail) -> told.add(status), (status, detail) -> {});
        assertThat(told).containsExactly(EngineStatus.BUSY, EngineStatus.BUSY);
        assertThat(job.running()).isFalse();
        job.release();
        bench.run("48 82 0000000000 0000 00");
        assertThat(job.hold()).as("while one is under way").isFalse();
        loop().advance(MOST_NANOS);
        assertThat(job.hold()).isTrue();
    }
}
