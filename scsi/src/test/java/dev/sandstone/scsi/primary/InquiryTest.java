package dev.sandstone.scsi.primary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.scsi.block.BlockCommands;
import dev.sandstone.scsi.command.CommandBench;
import dev.sandstone.scsi.command.Commands;
import dev.sandstone.scsi.command.LunKind;
import dev.sandstone.scsi.unit.DeviceIdentificationPage;
import dev.sandstone.scsi.unit.VpdPage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

@Commands("INQUIRY")
class InquiryTest {
    private final CommandBench bench = new CommandBench(PrimaryCommands.rows(pages()));

    private static List<VpdPage> pages() {
        List<VpdPage> pages = new ArrayList<>(BlockCommands.vpdPages());
        pages.add(new DeviceIdentificationPage());
        return pages;
    }

    private static String standard(String peripheral, String rmb) {
        HexFormat hex = HexFormat.of();
        return peripheral
                + rmb
                + (peripheral.equals("00") ? "06025b301002" : "06025b001002")
                + hex.formatHex("SANDSTONSANDSTONE ARRAY 0001".getBytes(StandardCharsets.US_ASCII))
                + "00".repeat(22)
                + "00a0"
                + "0960"
                + "0460"
                + "04c0"
                + "00".repeat(30);
    }

    @Test
    void standardDataOfABlockDevice() {
        assertThat(bench.run("12 00 00 00FF 00").hex())
                .isEqualTo(standard("00", "80"))
                .hasSize(2 * 96);
        CommandBench fixed = new CommandBench(PrimaryCommands.rows(BlockCommands.vpdPages()), 8, 512, false);
        assertThat(fixed.run("12 00 00 0200 00").hex()).isEqualTo(standard("00", "00"));
    }

    @Test
    void standardDataWhereThereIsNoBlockDevice() {
        assertThat(bench.runWithoutUnit("12 00 00 00FF 00", LunKind.REPORT_LUNS).hex())
                .isEqualTo(standard("1e", "00"));
        assertThat(bench.runWithoutUnit("12 00 00 00FF 00", LunKind.ABSENT).hex())
                .isEqualTo(standard("7f", "00"));
    }

    @Test
    void theAllocationLengthCutsExactly() {
        String all = standard("00", "80");
        for (int length = 0; length <= 96; length++) {
            String cdb = "12 00 00 " + HexFormat.of().toHexDigits((short) length) + " 00";
            assertThat(bench.run(cdb).hex()).isEqualTo(all.substring(0, 2 * length));
        }
    }

    @Test
    void pagesHaveTheirHeader() {
        assertThat(bench.run("12 01 B2 00FF 00").hex()).isEqualTo("00b20004" + "0be40200");
        assertThat(bench.run("12 01 B2 0003 00").hex()).isEqualTo("00b200");
        assertThat(bench.run("12 01 B0 FFFF 00").dataIn()).hasSize(64);
        assertThat(bench.runWithoutUnit("12 01 00 00FF 00", LunKind.REPORT_LUNS).hex())
                .isEqualTo("1e000002" + "0083");
        assertThat(bench.runWithoutUnit("12 01 00 00FF 00", LunKind.ABSENT).hex())
                .isEqualTo("7f00000100");
    }

    @Test
    void theReportLunsUnitNamesItsTarget() {
        String page =
                bench.runWithoutUnit("12 01 83 00FF 00", LunKind.REPORT_LUNS).hex();
        String ofTarget = bench.run("12 01 83 00FF 00").hex().substring(2 * (4 + 12 + 44));
        assertThat(page).startsWith("1e8300").endsWith(ofTarget).hasSize(8 + ofTarget.length());
        assertThat(Integer.parseInt(page.substring(4, 8), 16)).isEqualTo(ofTarget.length() / 2);
        assertThat(ofTarget)
                .startsWith("51940004" + "00000001" + "51950004" + "00000001" + "5398")
                .contains(HexFormat.of()
                        .formatHex("iqn.2026-11.test:target,t,0x0001".getBytes(StandardCharsets.US_ASCII)));
        assertThat(bench.runWithoutUnit("12 01 83 00FF 00", LunKind.ABSENT).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/24/00@2");
    }

    @Test
    void unknownPagesAndAPageCodeWithoutEvpdAreRefused() {
        assertThat(bench.run("12 01 C0 00FF 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@2");
        assertThat(bench.run("12 00 B0 00FF 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@2");
        assertThat(bench.run("12 02 00 00FF 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@1.1");
        assertThat(bench.runWithoutUnit("12 01 B0 00FF 00", LunKind.ABSENT).textAndPointer())
                .isEqualTo("ILLEGAL_REQUEST/24/00@2");
    }
}
