package dev.sandstone.scsi.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.AnnexKind;
import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.unit.LogicalUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A restart that cannot read what a unit remembered: whether a sanitize was under way nobody knows, so the medium is shut. */
class MemoryRestartTest {
    private static final String LATER_VERSION = "00020000" + "0000000000000000";
    private static final String UNKNOWN_STATE = "00010900" + "0000000000000000";
    private static final String CUT_OFF = "00010100" + "00000000";
    private static final String TOO_LONG = "00010000" + "0000000000000000" + "00";

    private static final String SHUT = "MEDIUM_ERROR/31/03";
    private static final String SANITIZE = "48 82";
    private static final String EXIT_FAILURE_MODE = "48 1F";

    private final DeviceBench bench = new DeviceBench();
    private final DeviceServer server = bench.server();
    private final HeapVolume volume = DeviceBench.volume(server);
    private Nexus host;

    MemoryRestartTest() {
        bench.map("one", new LunEntry(0, server, false));
        host = bench.openQuiet("one", 0);
    }

    /** The same volume in a new device. */
    private void restart() {
        LogicalUnit unit = new LogicalUnit(volume, server.unit().attributes(), false);
        bench.map("one", new LunEntry(0, new DeviceServer(unit, bench.table()), false));
        host = bench.openPort("one", 1, 1);
        bench.send(host, 0, DeviceBench.TEST_UNIT_READY);
    }

    private void damage(String kept) {
        byte[] block = new byte[512];
        Arrays.fill(block, (byte) 7);
        bench.send(host, 0, DeviceBench.write10(0, 1), block).assertGood();
        volume.keepAnnex(AnnexKind.UNIT, HexFormat.of().parseHex(kept), (status, detail) -> {});
        restart();
    }

    private String send(String cdb) {
        return bench.send(host, 0, cdb).outcome();
    }

    private byte[] block() {
        return bench.send(host, 0, DeviceBench.read10(0, 1)).assertGood().dataIn();
    }

    @ParameterizedTest
    @ValueSource(strings = {LATER_VERSION, UNKNOWN_STATE, CUT_OFF, TOO_LONG, ""})
    void nobodyReadsOrWrites(String kept) {
        damage(kept);
        assertThat(send(DeviceBench.read10(0, 1))).isEqualTo(SHUT);
        assertThat(bench.send(host, 0, DeviceBench.write10(0, 1), new byte[512]).outcome())
                .isEqualTo(SHUT);
        assertThat(send(DeviceBench.TEST_UNIT_READY)).isEqualTo(SHUT);
        assertThat(send("04 00")).as("FORMAT UNIT does not end it").isEqualTo(SHUT);
        assertThat(volume.annex(AnnexKind.UNIT))
                .as("who can read it finds it")
                .isEqualTo(HexFormat.of().parseHex(kept));
        restart();
        assertThat(send(DeviceBench.read10(0, 1))).isEqualTo(SHUT);
    }

    @Test
    void aSanitizeEndsIt() {
        damage(LATER_VERSION);
        assertThat(send(SANITIZE)).isEqualTo("GOOD");
        bench.loop().advance(TimeUnit.MINUTES.toNanos(1));
        assertThat(block()).containsOnly(0);
        restart();
        assertThat(block()).containsOnly(0);
    }

    @Test
    void whoLeavesTheFailureHasTheMediumAsItIs() {
        damage(UNKNOWN_STATE);
        assertThat(send(EXIT_FAILURE_MODE)).isEqualTo("GOOD");
        assertThat(block()).containsOnly(7);
        restart();
        assertThat(block()).containsOnly(7);
    }
}
