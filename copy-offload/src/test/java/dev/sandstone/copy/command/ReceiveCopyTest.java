package dev.sandstone.copy.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.device.DeviceServer;
import dev.sandstone.scsi.task.Nexus;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is told of copies, byte by byte, and for how long. */
class ReceiveCopyTest {
    private final CopyBench bench = new CopyBench();
    private final DeviceServer a = bench.server();
    private final DeviceServer b = bench.server();
    private final Nexus nexus;

    ReceiveCopyTest() {
        bench.map("host", a, b);
        nexus = bench.open("host");
        CopyBench.fill(a, new Random(2));
    }

    private CopyList list() {
        return CopyList.between(a, b).segment(0, 0, 1, 0, 2048).segment(0, 0, 1, 2048, 2048);
    }

    private static String hex(Answer answer) {
        assertThat(answer.end()).isEqualTo("GOOD");
        return HexFormat.of().withUpperCase().formatHex(answer.dataIn());
    }

    @Test
    void anUnknownListIsNoField() {
        for (String action : new String[] {"00", "01", "04", "05", "06"}) {
            assertThat(bench.send(nexus, 0, "84 " + action + " 01 00000000000000 00000400 00 00")
                            .end())
                    .isEqualTo("ILLEGAL_REQUEST/24/00");
        }
    }

    @Test
    void howACopyEndedIsToldOnce() {
        assertThat(bench.copy1(nexus, 0, list()).answer().end()).isEqualTo("GOOD");
        assertThat(hex(bench.status1(nexus, 0, 1))).isEqualTo("00000008" + "01" + "0002" + "00" + "00200000");
        assertThat(bench.status1(nexus, 0, 1).end()).isEqualTo("ILLEGAL_REQUEST/24/00");
        // The status for identifiers of 32 bits stays until another copy takes the identifier.
        assertThat(hex(bench.status4(nexus, 0, 1)))
                .isEqualTo("0000001C" + "00" + "01" + "0004" + "FFFFFFFE" + "00" + "00" + "00" + "00"
                        + "0000000000200000" + "0002" + "000000000000");
        assertThat(bench.copy1(nexus, 0, list()).answer().end()).isEqualTo("GOOD");
        assertThat(bench.status1(nexus, 0, 1).end()).isEqualTo("GOOD");
    }

    @Test
    void progressIsToldWhileItRuns() {
        CopyBench.volume(b).hold();
        CopyBench.Sent sent = bench.copy4(nexus, 0, list().id(0xA1B2C3D4));
        assertThat(hex(bench.status4(nexus, 0, 0xA1B2C3D4)))
                .isEqualTo("0000001C" + "01" + "11" + "0001" + "000001F4" + "00" + "00" + "00" + "00"
                        + "0000000000000000" + "0001" + "000000000000");
        CopyBench.volume(b).release(0);
        assertThat(hex(bench.status4(nexus, 0, 0xA1B2C3D4)))
                .isEqualTo("0000001C" + "01" + "11" + "0003" + "000001F4" + "00" + "00" + "00" + "00"
                        + "0000000000100000" + "0002" + "000000000000");
        // The same identifier again, while the first is in use.
        assertThat(bench.copy4(nexus, 0, list().id(0xA1B2C3D4)).answer().end()).isEqualTo("ILLEGAL_REQUEST/00/16");
        CopyBench.volume(b).releaseAll();
        assertThat(sent.answer().end()).isEqualTo("GOOD");
    }

    @Test
    void identifiersOf8And32BitsAreTheSame() {
        CopyBench.volume(b).hold();
        CopyBench.Sent sent = bench.copy1(nexus, 0, list().id(0xFD));
        assertThat(hex(bench.status1(nexus, 0, 0xFD))).isEqualTo("00000008" + "00" + "0001" + "00" + "00000000");
        assertThat(hex(bench.status1(nexus, 0, 0xFD))).isEqualTo("00000008" + "00" + "0001" + "00" + "00000000");
        assertThat(bench.status4(nexus, 0, 0xFD).dataIn()[5]).isEqualTo((byte) 0x11);
        assertThat(bench.copy4(nexus, 0, list().id(0xFD)).answer().end()).isEqualTo("ILLEGAL_REQUEST/00/16");
        assertThat(bench.send(nexus, 0, "84 04 FD 00000000000000 00000400 00 00")
                        .end())
                .as("failure details of a copy that runs")
                .isEqualTo("ILLEGAL_REQUEST/24/00");
        CopyBench.volume(b).releaseAll();
        assertThat(sent.answer().end()).isEqualTo("GOOD");
        // It has not failed.
        assertThat(hex(bench.send(nexus, 0, "84 04 FD 00000000000000 00000400 00 00")))
                .isEqualTo("00000000");
        assertThat(hex(bench.send(nexus, 0, "84 01 FD 00000000000000 00000400 00 00")))
                .isEqualTo("00000000");
        assertThat(bench.send(nexus, 0, "84 06 000000FD 00000000 00000400 00 00")
                        .dataIn())
                .hasSize(36);
    }

    @Test
    void aFailureInTheBackgroundIsKeptForTheInitiator() {
        CopyBench.volume(a).failNext(EngineStatus.OK, 0);
        CopyBench.volume(a).failNext(EngineStatus.IO_ERROR, 0);
        CopyBench.Sent sent = bench.copy4(nexus, 0, list().immediate());
        assertThat(sent.answer().end()).isEqualTo("GOOD");
        String sense = "70000A000000001D120000010D0100800030" + "02" + "700004000000000A00000000440000000000";
        assertThat(hex(bench.status4(nexus, 0, 1)))
                .isEqualTo("00000044" + "01" + "02" + "0002" + "FFFFFFFE" + "02" + "28" + "25" + "00"
                        + "0000000000100000" + "0002" + "000000000000" + sense + "000000");
        assertThat(hex(bench.status1(nexus, 0, 1))).isEqualTo("00000008" + "02" + "0002" + "00" + "00100000");
        String details = "84 04 01 00000000000000 ";
        assertThat(hex(bench.send(nexus, 0, details + "00000010 00 00"))).hasSize(32);
        String whole = hex(bench.send(nexus, 0, details + "00000400 00 00"));
        assertThat(whole).startsWith("0000005D").endsWith("02" + "00" + "0025" + sense);
        assertThat(hex(bench.send(nexus, 0, details + "00000400 00 00"))).isEqualTo("00000000");
    }

    @Test
    void aCopyWithoutIdentifierIsForgotten() {
        assertThat(bench.copy1(nexus, 0, list().id(0).usage(3)).answer().end()).isEqualTo("GOOD");
        assertThat(bench.status1(nexus, 0, 0).end()).isEqualTo("ILLEGAL_REQUEST/24/00");
    }

    @Test
    void operatingParametersAreThoseThatAreEnforced() {
        String hex = hex(bench.send(nexus, 0, "84 03 0000000000000000 00000400 00 00"));
        assertThat(hex)
                .isEqualTo("0000002A" + "01" + "000000" + "0010" + "0040" + "00000900" + "01FFFE00" + "00000000"
                        + "00000000" + "00000000" + "0000" + "0040" + "40" + "09" + "00" + "00" + "000000" + "02"
                        + "02E4");
    }

    @Test
    void resultsPassAReservationThatTheCopyDoesNot() {
        CopyList list = CopyList.between(a, b).segment(0, 0, 1, 0, 8);
        assertThat(bench.copy4(nexus, 0, list).answer().end()).isEqualTo("GOOD");
        Nexus holder = bench.open("host");
        byte[] register = ByteBuffer.allocate(24).putLong(8, 7).array();
        byte[] reserve = ByteBuffer.allocate(24).putLong(0, 7).array();
        assertThat(bench.send(holder, 0, "5F 00 00 0000 00000018 00", register).end())
                .isEqualTo("GOOD");
        assertThat(bench.send(holder, 0, "5F 01 03 0000 00000018 00", reserve).end())
                .as("EXCLUSIVE ACCESS")
                .isEqualTo("GOOD");
        assertThat(bench.status4(nexus, 0, 1).end()).isEqualTo("GOOD");
        assertThat(bench.send(nexus, 0, "84 07 00000001 00000000 00000400 00 00")
                        .end())
                .isEqualTo("GOOD");
        assertThat(bench.send(nexus, 0, "84 08 0000000000000000 00000400 00 00").end())
                .isEqualTo("GOOD");
        assertThat(bench.copy4(nexus, 0, list).answer().end()).isEqualTo("status 24");
    }
}
