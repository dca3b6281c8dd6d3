package dev.sandstone.copy.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.device.DeviceServer;
import dev.sandstone.scsi.task.Nexus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the copy manager says of itself, and what the documentation says of it. */
class CopyPageTest {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final String BEGIN = "<!-- commands, written by CopyPageTest -->\n";
    private static final String END = "<!-- end of commands -->\n";

    private final CopyBench bench = new CopyBench();
    private final Nexus nexus;

    CopyPageTest() {
        DeviceServer server = bench.server();
        bench.map("host", server);
        nexus = bench.open("host");
    }

    @Test
    void standardInquirySaysThereIsACopyManager() {
        assertThat(bench.send(nexus, 0, "12 00 00 00 60 00").dataIn()[5] & 0x08).isEqualTo(0x08);
        assertThat(bench.send(nexus, 5, "12 00 00 00 60 00").dataIn()[5]).isZero();
    }

    @Test
    void thePageListsEveryCommandAndEveryLimit() {
        byte[] page = bench.send(nexus, 0, "12 01 8F 04 00 00").dataIn();
        assertThat(HEX.formatHex(page)).startsWith("008F" + HEX.toHexDigits((short) (page.length - 4)));
        assertThat(page.length % 4).isZero();
        StringBuilder commands = new StringBuilder();
        for (int opcode : new int[] {0x83, 0x84}) {
            List<CommandRow> rows = bench.table().rows().stream()
                    .filter(row -> row.opcode() == opcode)
                    .toList();
            commands.append(HEX.toHexDigits((byte) opcode)).append(HEX.toHexDigits((byte) rows.size()));
            rows.forEach(row -> commands.append(HEX.toHexDigits((byte) row.serviceAction())));
        }
        int listed = commands.length() / 2;
        String all = HEX.formatHex(page);
        assertThat(all.substring(8))
                .startsWith("00000020" + "000000000000" + "0200" + "00000258" + "0000003C"
                        + "0000000008000000" + "0000000000080000"
                        + "0001" + HEX.toHexDigits((short) ((listed + 4) & ~3)) + HEX.toHexDigits((byte) listed)
                        + commands);
        assertThat(all).contains("0004001C" + "00000000" + "0010" + "0040" + "00000900" + "00000000");
        assertThat(all).contains("00080004" + "0202E400").contains("000C0004" + "00000000");
        assertThat(all).contains("80010020" + "00000040" + "00000040" + "01FFFE00" + "09");
    }

    @Test
    void whoMayOnlyReadIsRefusedWhatWritesToTheUnitOfTheCommand() {
        assertThat(bench.table().rows().stream()
                        .filter(row -> row.opcode() == 0x83 || row.opcode() == 0x84)
                        .filter(row -> !row.readOnlyMay(new Cdb()))
                        .map(CommandRow::name))
                .containsExactly("WRITE USING TOKEN");
    }

    @Test
    void theDocumentationListsTheCommands() throws IOException {
        Path page = Path.of(System.getProperty("sandstone.root", ".."), "docs", "copy-offload.md");
        StringBuilder lines = new StringBuilder("\n| code | command | usage map |\n|---|---|---|\n");
        bench.table().rows().stream()
                .filter(row -> row.opcode() == 0x83 || row.opcode() == 0x84)
                .forEach(row -> lines.append("| ")
                        .append(HEX.toHexDigits((byte) row.opcode()))
                        .append("h/")
                        .append(HEX.toHexDigits((byte) row.serviceAction()))
                        .append("h | ")
                        .append(row.name())
                        .append(" | `")
                        .append(HEX.formatHex(row.usage()))
                        .append("` |\n"));
        lines.append("\n");
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        if (Boolean.getBoolean("sandstone.rewrite")) {
            text = text.substring(0, begin) + lines + text.substring(end);
            Files.writeString(page, text);
            end = text.indexOf(END);
        }
        assertThat(text.substring(begin, end))
                .as("run this test with -Dsandstone.rewrite=true and look at the difference")
                .isEqualTo(lines.toString());
    }

    @Test
    void theTableOfSupportedOperationCodesHasThem() {
        byte[] one = bench.send(nexus, 0, "A3 0C 02 83 00 1C 00 00 04 00").dataIn();
        assertThat(HEX.formatHex(Arrays.copyOf(one, 4))).isEqualTo("00030010");
    }
}
