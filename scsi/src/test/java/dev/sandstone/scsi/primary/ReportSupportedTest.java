package dev.sandstone.scsi.primary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.scsi.block.BlockCommands;
import dev.sandstone.scsi.command.CommandBench;
import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.command.Commands;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** REPORT SUPPORTED OPERATION CODES and TASK MANAGEMENT FUNCTIONS. */
@Commands({"REPORT SUPPORTED OPERATION CODES", "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS"})
class ReportSupportedTest {
    private final List<CommandRow> rows = new ArrayList<>();
    private final CommandBench bench;

    ReportSupportedTest() {
        rows.addAll(PrimaryCommands.rows(BlockCommands.vpdPages()));
        rows.addAll(BlockCommands.rows());
        bench = new CommandBench(rows);
    }

    private static String cdb(int options, int opcode, int serviceAction, int length) {
        return String.format(Locale.ROOT, "A30C%02X%02X%04X%08X0000", options, opcode, serviceAction, length);
    }

    private int listed() {
        return (int) rows.stream().filter(row -> !row.unlisted()).count();
    }

    @Test
    void aCommandThatIsNotListedIsToldWhenAskedFor() {
        assertThat(rows.stream().filter(CommandRow::unlisted).map(CommandRow::cdbLength))
                .containsExactly(32);
        assertThat(bench.run(cdb(2, 0x7F, 0x12, 255)).hex()).startsWith("00030020" + "7f00000000000018" + "0012");
        assertThat(bench.run(cdb(1, 0x7F, 0x12, 255)).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@3");
    }

    @Test
    void allRowsAreListed() {
        ByteBuffer list = ByteBuffer.wrap(bench.run(cdb(0, 0, 0, 0xFFFF)).dataIn());
        assertThat(list.getInt()).isEqualTo(listed() * 8).isEqualTo(list.remaining());
        for (; list.hasRemaining(); list.position(list.position() + 8)) {
            int opcode = list.get(list.position()) & 0xFF;
            int serviceAction = list.getShort(list.position() + 2);
            int flags = list.get(list.position() + 5);
            int length = list.getShort(list.position() + 6);
            CommandRow row = rows.stream()
                    .filter(each ->
                            each.opcode() == opcode && each.serviceAction() == (flags == 1 ? serviceAction : -1))
                    .findFirst()
                    .orElseThrow();
            assertThat(length).isEqualTo(row.cdbLength());
        }
    }

    @Test
    void timeoutDescriptorsFollowEachEntry() {
        ByteBuffer list = ByteBuffer.wrap(bench.run(cdb(0x80, 0, 0, 0xFFFF)).dataIn());
        assertThat(list.getInt()).isEqualTo(listed() * 20).isEqualTo(list.remaining());
        for (; list.hasRemaining(); list.position(list.position() + 20)) {
            assertThat(list.get(list.position() + 5) & 0x02).isEqualTo(2);
            assertThat(list.getShort(list.position() + 8)).isEqualTo((short) 0x0A);
            assertThat(list.getLong(list.position() + 12)).isZero();
        }
    }

    @Test
    void oneCommandShowsItsUsage() {
        String usage = "2818ffffffff1fffff00";
        assertThat(bench.run(cdb(1, 0x28, 0, 255)).hex()).isEqualTo("0003000a" + usage);
        assertThat(bench.run(cdb(0x81, 0x28, 0, 255)).hex()).isEqualTo("0083000a" + usage + "000a" + "00".repeat(10));
        assertThat(bench.run(cdb(3, 0x28, 0, 255)).hex()).isEqualTo("0003000a" + usage);
        assertThat(bench.run(cdb(2, 0x9E, 0x10, 255)).hex()).isEqualTo("00030010" + "9e10" + "ff".repeat(12) + "0100");
        assertThat(bench.run(cdb(3, 0x9E, 0x10, 255)).hex()).startsWith("00030010");
    }

    @Test
    void whatIsNotThereIsSaidSo() {
        for (int[] absent : new int[][] {
            {1, 0xC0, 0}, {2, 0xC0, 0}, {3, 0xC0, 0}, {2, 0x9E, 0x1F}, {3, 0x9E, 0}, {3, 0x28, 1}, {2, 0xA3, 0x30C}
        }) {
            assertThat(bench.run(cdb(absent[0], absent[1], absent[2], 255)).hex())
                    .isEqualTo("00010000");
            assertThat(bench.run(cdb(absent[0] | 0x80, absent[1], absent[2], 255))
                            .hex())
                    .isEqualTo("00010000");
        }
    }

    @Test
    void serviceActionsMustFitTheOption() {
        assertThat(bench.run(cdb(1, 0x9E, 0x10, 255)).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@3");
        assertThat(bench.run(cdb(2, 0x28, 0, 255)).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@3");
        for (int option = 4; option < 8; option++) {
            assertThat(bench.run(cdb(option, 0x28, 0, 255)).textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@2.2");
        }
    }

    @Test
    void allocationLengthsCut() {
        assertThat(bench.run(cdb(1, 0x28, 0, 0)).hex()).isEmpty();
        assertThat(bench.run(cdb(1, 0x28, 0, 6)).hex()).isEqualTo("0003000a2818");
        assertThat(bench.run(cdb(0, 0, 0, 4)).dataIn()).hasSize(4);
    }

    @Test
    void taskManagementFunctions() {
        HexFormat hex = HexFormat.of();
        assertThat(bench.run("A3 0D 00 000000 00000010 00 00").hex()).isEqualTo("d8000000");
        assertThat(bench.run("A3 0D 80 000000 00000010 00 00").hex()).isEqualTo("d800000c" + "00".repeat(12));
        assertThat(bench.run("A3 0D 80 000000 00000005 00 00").hex()).isEqualTo("d800000c00");
        for (byte length = 0; length < 4; length++) {
            assertThat(bench.run("A3 0D 00 000000 000000" + hex.toHexDigits(length) + " 00 00")
                            .textAndPointer())
                    .isEqualTo("ILLEGAL_REQUEST/24/00@6");
        }
    }
}
