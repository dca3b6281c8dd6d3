package dev.sandstone.scsi.primary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.scsi.access.AccessState;
import dev.sandstone.scsi.command.CommandBench;
import dev.sandstone.scsi.command.Commands;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** REPORT and SET TARGET PORT GROUPS: two ports, each in a group of its own. */
@Commands({"REPORT TARGET PORT GROUPS", "SET TARGET PORT GROUPS"})
class TargetPortGroupsTest {
    private static final String ONE = "00030001" + "00" + "00" + "00" + "01" + "00000001";
    private static final String TWO = "00030002" + "00" + "00" + "00" + "01" + "00000002";

    private final CommandBench bench = new CommandBench(PrimaryCommands.rows(List.of()));

    private String report() {
        return bench.run("A3 0A 00000000 00000400 00 00").hex();
    }

    private String set(String list) {
        byte[] data = CommandBench.bytes(list);
        return bench.run(String.format(Locale.ROOT, "A4 0A 00000000 %08X 00 00", data.length), data)
                .textAndPointer();
    }

    @Test
    void everyGroupIsReported() {
        assertThat(report()).isEqualTo("00000018" + ONE + TWO);
        assertThat(bench.run("A3 2A 00000000 00000400 00 00").hex()).isEqualTo("0000001c" + "10000000" + ONE + TWO);
        assertThat(bench.run("A3 0A 00000000 00000006 00 00").hex()).isEqualTo("00000018" + "0003");
        assertThat(bench.run("A3 4A 00000000 00000400 00 00").textAndPointer()).isEqualTo("ILLEGAL_REQUEST/24/00@1.7");
    }

    @Test
    void anInitiatorSetsStatesAndTheOthersAreTold() {
        assertThat(set("00000000" + "01000002")).isEqualTo("GOOD");
        assertThat(report()).isEqualTo("00000018" + ONE + "01030002" + "00" + "01" + "00" + "01" + "00000002");
        assertThat(bench.nexus().hasAttention()).isFalse();
        assertThat(bench.other().takeAttention()).hasToString("UNIT_ATTENTION/2A/06");
        assertThat(set("00000000" + "01000002")).isEqualTo("GOOD");
        assertThat(bench.other().hasAttention()).isFalse();
        assertThat(set("00000000" + "01000001" + "00000002")).isEqualTo("GOOD");
        assertThat(report())
                .isEqualTo("00000018" + "01030001" + "00010001" + "00000001" + "00030002" + "00010001" + "00000002");
    }

    @Test
    void theDeviceTellsEverybody() {
        bench.unit().changeAccess(Map.of(1, AccessState.ACTIVE_NON_OPTIMIZED), null);
        assertThat(bench.nexus().takeAttention()).hasToString("UNIT_ATTENTION/2A/06");
        assertThat(bench.other().takeAttention()).hasToString("UNIT_ATTENTION/2A/06");
        assertThat(report()).isEqualTo("00000018" + "01030001" + "00020001" + "00000001" + TWO);
    }

    @Test
    void aWrongListChangesNothing() {
        assertThat(set("00000000" + "01000001" + "02000002")).isEqualTo("ILLEGAL_REQUEST/26/00@8.3");
        assertThat(set("00000000" + "01000001" + "01000003")).isEqualTo("ILLEGAL_REQUEST/26/00@10");
        assertThat(set("00000000" + "01000001" + "00000001")).isEqualTo("ILLEGAL_REQUEST/26/00@10");
        assertThat(set("00000000" + "F1000001")).isEqualTo("ILLEGAL_REQUEST/26/00@4.7");
        assertThat(set("00000000" + "01010001")).isEqualTo("ILLEGAL_REQUEST/26/00@5");
        assertThat(set("FF000000" + "01000001")).isEqualTo("ILLEGAL_REQUEST/26/00@0");
        assertThat(set("00000000" + "0100")).isEqualTo("ILLEGAL_REQUEST/1A/00");
        assertThat(set("000000")).isEqualTo("ILLEGAL_REQUEST/1A/00");
        assertThat(set("")).isEqualTo("GOOD");
        assertThat(report()).isEqualTo("00000018" + ONE + TWO);
    }
}
