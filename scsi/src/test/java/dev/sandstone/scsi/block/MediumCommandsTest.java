package dev.sandstone.scsi.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.command.CommandBench;
import dev.sandstone.scsi.command.Commands;
import dev.sandstone.scsi.command.TestCommand;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The block commands that move no data of the volume. */
@Commands({"SYNCHRONIZE CACHE", "PRE-FETCH", "READ CAPACITY", "READ DEFECT DATA", "START STOP UNIT"})
class MediumCommandsTest {
    private final CommandBench bench = new CommandBench(BlockCommands.rows());

    @Test
    void synchronizeCacheFlushesAndChecksItsRange() {
        for (String good : new String[] {
            "35 00 00000000 00 0000 00",
            "35 00 00000FFF 00 0001 00",
            "91 00 0000000000001000 00000000 00 00",
            "35 04 00000000 1F 0000 00"
        }) {
            assertThat(bench.run(good).text()).isEqualTo("GOOD");
            assertThat(bench.volume().takeJournal()).containsExactly("flush");
        }
        for (String bad : new String[] {
            "35 00 00000FFF 00 0002 00",
            "35 02 00001001 00 0000 00",
            "91 00 8000000000000000 00000000 00 00",
            "91 00 0000000000000000 FFFFFFFF 00 00"
        }) {
            assertThat(bench.run(bad).text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        }
        assertThat(bench.volume().takeJournal()).isEmpty();
    }

    @Test
    void synchronizeCacheEndsAfterTheFlushUnlessImmediate() {
        bench.volume().hold();
        TestCommand waits = bench.start("35 00 00000000 00 0000 00", new byte[0]);
        TestCommand immediate = bench.start("35 02 00000000 00 0000 00", new byte[0]);
        assertThat(waits.hasEnded()).isFalse();
        assertThat(immediate.outcome().text()).isEqualTo("GOOD");
        assertThat(bench.volume().held()).isEqualTo(2);
        bench.volume().releaseAll();
        assertThat(waits.outcome().text()).isEqualTo("GOOD");
        assertThat(bench.nexus().hasAttention()).isFalse();
    }

    @Test
    void aFailedImmediateFlushIsADeferredError() {
        bench.volume().failNext(EngineStatus.IO_ERROR, 0);
        assertThat(bench.run("35 02 00000000 00 0000 00").text()).isEqualTo("GOOD");
        byte[] sense = Objects.requireNonNull(bench.nexus().takeAttention()).encode(false);
        assertThat(sense[0] & 0xFF).isEqualTo(0x71);
        assertThat(sense[12]).isEqualTo((byte) 0x0C);
        assertThat(bench.other().hasAttention()).isFalse();
    }

    @Test
    void preFetchOnlyChecksItsRange() {
        assertThat(bench.run("34 02 00000000 03 0001 00").text()).isEqualTo("GOOD");
        assertThat(bench.run("90 02 0000000000000FFF 00000001 03 00").text()).isEqualTo("GOOD");
        assertThat(bench.run("34 00 00000FFF 00 0002 00").text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        assertThat(bench.run("90 00 0000000000001001 00000000 00 00").text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        assertThat(bench.volume().takeJournal()).isEmpty();
    }

    @Test
    void readCapacity10TellsTheLastBlock() {
        assertThat(bench.run("25 00 00000000 0000 00 00").hex()).isEqualTo("00000fff00000200");
        assertThat(bench.run("25 00 00000FFF 0000 01 00").hex()).isEqualTo("00000fff00000200");
        assertThat(bench.run("25 00 00001000 0000 01 00").text()).isEqualTo("ILLEGAL_REQUEST/21/00");
        assertThat(bench.run("25 00 00000001 0000 00 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@2");
        HexFormat hex = HexFormat.of();
        assertThat(hex.formatHex(ReadCapacity.data10(1L << 32))).isEqualTo("ffffffff00000200");
        assertThat(hex.formatHex(ReadCapacity.data10((1L << 32) - 1))).isEqualTo("fffffffe00000200");
        assertThat(hex.formatHex(ReadCapacity.data10(1L << 44))).isEqualTo("ffffffff00000200");
    }

    @Test
    void readCapacity16TellsProvisioningAndPhysicalBlocks() {
        String expected = "0000000000000fff" + "00000200" + "00" + "03" + "c000" + "00".repeat(16);
        assertThat(bench.run("9E 10 0000000000000000 00000020 00 00").hex()).isEqualTo(expected);
        assertThat(bench.run("9E 10 0000000000000000 FFFFFFFF 00 00").hex()).isEqualTo(expected);
        for (int length : new int[] {0, 1, 12, 31}) {
            assertThat(bench.run("9E 10 0000000000000000 000000"
                                    + HexFormat.of().toHexDigits((byte) length) + " 00 00")
                            .hex())
                    .isEqualTo(expected.substring(0, 2 * length));
        }
        assertThat(bench.run("9E 10 0000000000000001 00000020 00 00").textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/24/00@2");
        CommandBench small = new CommandBench(BlockCommands.rows(), 8, 512, false);
        assertThat(small.run("9E 10 0000000000000000 0000000E 00 00").hex())
                .isEqualTo("00000000000000070000020000" + "00");
    }

    @Test
    void defectListsAreEmpty() {
        assertThat(bench.run("37 00 1D 00000000 0020 00").hex()).isEqualTo("001d0000");
        assertThat(bench.run("37 00 00 00000000 0002 00").hex()).isEqualTo("0000");
        assertThat(bench.run("B7 18 00000000 00000020 00 00").hex()).isEqualTo("0018000000000000");
        assertThat(bench.run("37 00 07 00000000 0020 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@2.2");
    }

    @Test
    void ejectAndLoad() {
        assertThat(bench.run("1B 00 00 00 02 00").text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("flush");
        assertThat(notReady()).isEqualTo("NOT_READY/3A/00");
        assertThat(bench.run("1B 01 00 00 02 00").text()).isEqualTo("GOOD");
        assertThat(bench.run("1B 00 00 00 03 00").text()).isEqualTo("GOOD");
        assertThat(bench.unit().medium().notReady()).isNull();
        assertThat(bench.nexus().hasAttention()).isFalse();
        assertThat(bench.other().takeAttention()).hasToString("UNIT_ATTENTION/28/00");
    }

    @Test
    void loadingWhatIsLoadedTellsNobody() {
        assertThat(bench.run("1B 00 00 00 03 00").text()).isEqualTo("GOOD");
        assertThat(bench.other().hasAttention()).isFalse();
    }

    @Test
    void removalIsPreventedForAll() {
        bench.unit().medium().prevent(bench.other());
        assertThat(bench.run("1B 00 00 00 02 00").text()).isEqualTo("ILLEGAL_REQUEST/53/02");
        assertThat(bench.unit().medium().notReady()).isNull();
    }

    @Test
    void loadingIsPreventedOnlyWhereTheMediumWouldMove() {
        bench.unit().medium().prevent(bench.other());
        assertThat(bench.run("1B 00 00 00 03 00").text()).isEqualTo("GOOD");
        bench.unit().medium().allow(bench.other());
        assertThat(bench.run("1B 00 00 00 02 00").text()).isEqualTo("GOOD");
        bench.unit().medium().prevent(bench.other());
        assertThat(bench.run("1B 00 00 00 03 00").text()).isEqualTo("ILLEGAL_REQUEST/53/02");
        assertThat(notReady()).isEqualTo("NOT_READY/3A/00");
    }

    @Test
    void removalPreventedDuringTheFlushIsSeen() {
        bench.volume().hold();
        TestCommand eject = bench.start("1B 00 00 00 02 00", new byte[0]);
        bench.unit().medium().prevent(bench.other());
        bench.volume().releaseAll();
        assertThat(eject.outcome().text()).isEqualTo("ILLEGAL_REQUEST/53/02");
        assertThat(bench.unit().medium().notReady()).isNull();
    }

    @Test
    void aStoppedUnitIsReadyForOthers() {
        CommandBench fixed = new CommandBench(BlockCommands.rows(), 8, 512, false);
        assertThat(fixed.run("1B 00 00 00 00 00").text()).isEqualTo("GOOD");
        assertThat(fixed.volume().takeJournal()).containsExactly("flush");
        assertThat(fixed.unit().medium().notReady()).isNull();
        assertThat(fixed.run("1B 00 00 00 04 00").text()).as("NO_FLUSH").isEqualTo("GOOD");
        assertThat(fixed.volume().takeJournal()).isEmpty();
    }

    @Test
    void aStopThatCannotFlushSaysSo() {
        CommandBench fixed = new CommandBench(BlockCommands.rows(), 8, 512, false);
        fixed.volume().failNext(EngineStatus.IO_ERROR, 0);
        assertThat(fixed.run("1B 00 00 00 00 00").text()).isEqualTo("HARDWARE_ERROR/44/00");
    }

    @Test
    void reservedPowerConditionsAreRefused() {
        CommandBench fixed = new CommandBench(BlockCommands.rows(), 8, 512, false);
        Set<Integer> defined = Set.of(1, 2, 3, 7, 10, 11);
        for (int condition = 1; condition < 16; condition++) {
            String cdb = "1B 01 00 00 " + HexFormat.of().toHexDigits((byte) (condition << 4 | 2)) + " 00";
            assertThat(fixed.run(cdb).textAndPointer())
                    .as(cdb)
                    .isEqualTo(defined.contains(condition) ? "GOOD" : "ILLEGAL_REQUEST/24/00@4.7");
        }
        assertThat(fixed.unit().medium().notReady()).isNull();
    }

    @Test
    void stoppingAndPowerConditionsLeaveARemovableUnitReady() {
        assertThat(bench.run("1B 00 00 00 00 00").text()).isEqualTo("GOOD");
        assertThat(bench.volume().takeJournal()).containsExactly("flush");
        assertThat(bench.run("1B 00 00 00 04 00").text()).isEqualTo("GOOD");
        assertThat(bench.run("1B 00 00 00 01 00").text()).isEqualTo("GOOD");
        for (int condition = 1; condition < 16; condition++) {
            String cdb = "1B 01 00 0F " + HexFormat.of().toHexDigits((byte) (condition << 4 | 2)) + " 00";
            assertThat(bench.run(cdb).text()).isEqualTo("GOOD");
        }
        assertThat(bench.volume().takeJournal()).isEmpty();
        assertThat(bench.unit().medium().notReady()).isNull();
    }

    @Test
    void aFixedMediumCannotBeEjected() {
        CommandBench fixed = new CommandBench(BlockCommands.rows(), 8, 512, false);
        assertThat(fixed.run("1B 00 00 00 02 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@4.1");
        assertThat(fixed.run("1B 00 00 00 01 00").text()).isEqualTo("GOOD");
    }

    private String notReady() {
        return Objects.requireNonNull(bench.unit().medium().notReady()).toString();
    }
}
