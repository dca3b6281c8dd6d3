package dev.sandstone.scsi.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.scsi.unit.VpdPage;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Each byte of the VPD pages, and that they are offered ascending. */
class BlockPagesTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void blockLimits() {
        String expected = "00" // WSNZ
                + "ff" // MAXIMUM COMPARE AND WRITE LENGTH
                + "0008" // OPTIMAL TRANSFER LENGTH GRANULARITY
                + "00004000" // MAXIMUM TRANSFER LENGTH
                + "00000800" // OPTIMAL TRANSFER LENGTH
                + "00000000" // MAXIMUM PREFETCH LENGTH
                + "00100000" // MAXIMUM UNMAP LBA COUNT
                + "00000100" // MAXIMUM UNMAP BLOCK DESCRIPTOR COUNT
                + "00000008" // OPTIMAL UNMAP GRANULARITY
                + "80000000" // UGAVALID, UNMAP GRANULARITY ALIGNMENT
                + "0000000000008000" // MAXIMUM WRITE SAME LENGTH
                + "00000800" + "00000008" + "00000008" // MAXIMUM ATOMIC TRANSFER LENGTH, alignment, granularity
                + "00000000" + "00000000"; // no atomic boundaries
        assertThat(HEX.formatHex(BlockLimitsPage.body())).isEqualTo(expected).hasSize(2 * 0x3C);
    }

    @Test
    void characteristicsAndProvisioning() {
        assertThat(HEX.formatHex(BlockCharacteristicsPage.body())).isEqualTo("00010050" + "00".repeat(0x38));
        assertThat(HEX.formatHex(BlockProvisioningPage.body())).isEqualTo("0be40200");
    }

    @Test
    void pagesAscend() {
        assertThat(BlockCommands.vpdPages().stream().map(VpdPage::code)).containsExactly(0xB0, 0xB1, 0xB2);
    }
}
