package dev.sandstone.scsi.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.reservation.ReservationAccess;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.unit.ModePage;
import dev.sandstone.scsi.unit.UnitAttention;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * docs/conformance.md says what the tables say; {@code -Dsandstone.rewrite=true} writes it anew. What follows {@link #REST} is
 * written by tests of other modules.
 */
class ConformancePageTest {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final String REST = "<!-- third-party copy -->";

    @Test
    void everyCommandHasATest() throws Exception {
        Map<String, List<String>> tests = CommandTests.byCommand();
        List<CommandRow> rows = new DeviceBench().table().rows();
        assertThat(rows).allSatisfy(row -> {
            assertThat(CommandTests.of(row, tests)).as("tests of " + row.name()).isNotEmpty();
            assertThat(row.clause()).matches("S[BP]C-\\d \\d+\\.\\d+");
        });
        assertThat(tests.keySet())
                .as("what no row is named")
                .allMatch(command -> rows.stream().anyMatch(row -> CommandTests.names(command, row)));
    }

    @Test
    void thePageInTheRepositoryIsTheGeneratedOne() throws Exception {
        Path page = Path.of(System.getProperty("sandstone.root", ".."), "docs", "conformance.md");
        String whole = Files.readString(page);
        int rest = whole.indexOf(REST);
        String generated = generate() + (rest < 0 ? "" : "\n" + whole.substring(rest));
        if (Boolean.getBoolean("sandstone.rewrite")) {
            Files.writeString(page, generated);
        }
        assertThat(Files.readString(page))
                .as("run this test with -Dsandstone.rewrite=true and look at the difference")
                .isEqualTo(generated);
    }

    private static String generate() throws Exception {
        DeviceBench bench = new DeviceBench();
        List<String> lines = new ArrayList<>(List.of(
                "# SCSI: what is answered",
                "",
                "Written by `ConformancePageTest` from the tables that the device server runs on. What is not here is not",
                "served: an operation code without row ends with 20/00, a mode or VPD page without row with 24/00.",
                "",
                "## Commands",
                "",
                "The usage map is the one of REPORT SUPPORTED OPERATION CODES: a bit set in a CDB where the map has none ends",
                "the command with 24/00 and a pointer to it. *UA*: runs while a unit attention waits. *Reserved*: runs while",
                "another initiator holds the reservation (RESERVE). *Persistent*: what a persistent reservation of another",
                "initiator may exclude it for. *Writes*: refused with 27/00 or 27/02 where writing is.",
                "*Medium*: refused with 3A/00 while the medium is out. *No unit*: answered",
                "where the LUN has no volume too.",
                "",
                "The clause is that of the standard, as the table has it; the tests are the classes that say so by `@Commands`. Beside",
                "them, every row goes through `CommandGateTest`.",
                "",
                "| code | command | clause | usage map | data | UA | reserved | persistent | writes | medium | no unit | tests |",
                "|---|---|---|---|---|---|---|---|---|---|---|---|"));
        Map<String, List<String>> tests = CommandTests.byCommand();
        bench.table().rows().forEach(row -> lines.add(line(row, CommandTests.of(row, tests))));
        lines.addAll(List.of("", "## Vital product data pages", "", "| code | bytes of its body |", "|---|---|"));
        DeviceServer server = bench.server();
        bench.map("host", new LunEntry(0, server, false));
        byte[] list = inquiry(bench, 0x00);
        for (int i = 4; i < list.length; i++) {
            byte[] page = inquiry(bench, list[i] & 0xFF);
            lines.add(String.format(Locale.ROOT, "| %02Xh | %d |", list[i], page.length - 4));
        }
        lines.addAll(List.of("", "## Mode pages", "", "| page | default | changeable |", "|---|---|---|"));
        for (ModePage page : server.unit().modePages().all()) {
            String name = String.format(Locale.ROOT, "%02Xh/%02Xh", page.code(), page.subpage());
            lines.add("| " + name + " | `" + hex(page.defaults()) + "` | `" + hex(page.changeable()) + "` |");
        }
        lines.addAll(
                List.of("", "## Unit attentions, the most important first", "", "| condition | code |", "|---|---|"));
        for (UnitAttention attention : UnitAttention.values()) {
            SenseData sense = attention.sense();
            lines.add(String.format(
                    Locale.ROOT,
                    "| %s | %02X/%02X |",
                    attention.name().replace('_', ' ').toLowerCase(Locale.ROOT),
                    sense.asc(),
                    sense.ascq()));
        }
        return String.join("\n", lines) + "\n";
    }

    private static byte[] inquiry(DeviceBench bench, int page) {
        String cdb = "12 01 " + HEX.toHexDigits((byte) page) + " 0F FF 00";
        return bench.send(bench.open("host"), 0, cdb).assertGood().dataIn();
    }

    private static String line(CommandRow row, List<String> tests) {
        String code = HEX.toHexDigits((byte) row.opcode()) + "h"
                + (row.hasServiceAction() ? "/" + HEX.toHexDigits((byte) row.serviceAction()) + "h" : "");
        return String.join(
                " | ",
                "| " + code,
                row.name(),
                row.clause(),
                "`" + hex(row.usage()) + "`",
                row.direction().name().toLowerCase(Locale.ROOT),
                yes(row.beforeAttention()),
                reserved(row),
                persistent(row),
                yes(row.writes()),
                yes(row.needsMedium()),
                yes(row.withoutUnit() != null),
                String.join(", ", tests) + " |");
    }

    private static String reserved(CommandRow row) {
        byte[] most = row.usage();
        byte[] least = new byte[most.length];
        byte[] start = least.clone();
        start[4] = 1;
        boolean none = row.despiteReservation(new Cdb().wrap(least));
        boolean some = row.despiteReservation(new Cdb().wrap(start));
        boolean all = row.despiteReservation(new Cdb().wrap(most));
        return none == all && none == some ? yes(none) : "in part";
    }

    private static String persistent(CommandRow row) {
        byte[] most = row.usage();
        ReservationAccess least = row.access(new Cdb().wrap(new byte[most.length]));
        ReservationAccess all = row.access(new Cdb().wrap(most));
        return least == all ? all.name().toLowerCase(Locale.ROOT) : "in part";
    }

    private static String yes(boolean value) {
        return value ? "yes" : "";
    }

    private static String hex(byte[] bytes) {
        return HEX.formatHex(bytes);
    }
}
