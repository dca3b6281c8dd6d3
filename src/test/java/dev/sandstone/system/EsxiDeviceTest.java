package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.LoginFailedException;
import dev.sandstone.initiator.ScsiRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A device grows, goes and comes back by what the operator does; nothing else makes it go. */
final class EsxiDeviceTest {
    private static final String GONE = "05/25/00";
    private static final String LUNS_CHANGED = "06/3F/0E";
    private static final String CAPACITY_CHANGED = "06/2A/09";
    private static final long GIB_BLOCKS = 1L << 21;

    @TempDir
    Path scratch;

    private San san;
    private JsonNode one;
    private JsonNode other;

    @BeforeEach
    void start() throws IOException {
        san = San.serve(scratch, "--portal", "127.0.0.1:0", "--portal", "127.0.0.1:0");
        one = san.volume("datastore1", "1G");
        other = san.volume("datastore2", "1G");
    }

    @AfterEach
    void stop() throws IOException {
        san.close();
    }

    @Test
    void growsGoesAndComesBack() throws IOException {
        san.json("host", "create", "esx1", "--iqn", EsxiHost.ESX1);
        san.json("host", "create", "esx2", "--iqn", EsxiHost.ESX2);
        for (String host : List.of("esx1", "esx2")) {
            san.json("grant", "create", "datastore1", host);
            san.json("grant", "create", "datastore2", host);
        }
        try (EsxiHost host = EsxiHost.login(san, EsxiHost.ESX1, one, other);
                EsxiHost neighbour = EsxiHost.login(san, EsxiHost.ESX2, one, other)) {
            grows(List.of(host, neighbour));
            isTakenAway(host, neighbour);
            comesBack(host);
            theLastIsTakenAway(host);
        }
    }

    private void grows(List<EsxiHost> hosts) throws IOException {
        int lun = EsxiHost.lun(one);
        byte[] data = EsxiHost.stamped(1, 1 << 20);
        assertThat(hosts.get(0).outcome(0, EsxiHost.write(lun, GIB_BLOCKS, data)))
                .as("beyond the end")
                .isEqualTo("05/21/00");
        san.json("volume", "resize", "datastore1", "2G");
        for (EsxiHost host : hosts) {
            for (int path = 0; path < host.paths(); path++) {
                assertThat(host.attentions(path, lun)).containsExactly(CAPACITY_CHANGED);
                assertThat(host.attentions(path, EsxiHost.lun(other))).isEmpty();
                ByteBuffer capacity = ByteBuffer.wrap(host.in(path, lun, Cdb.readCapacity16(32), 32));
                assertThat(capacity.getLong(0)).isEqualTo(2 * GIB_BLOCKS - 1);
            }
        }
        assertThat(hosts.get(0).outcome(0, EsxiHost.write(lun, GIB_BLOCKS, data)))
                .isEqualTo("GOOD");
    }

    /** PERMANENT DEVICE LOSS on every path of that host, for every command; what else it has, and other hosts, go on. */
    private void isTakenAway(EsxiHost host, EsxiHost neighbour) throws IOException {
        int lun = EsxiHost.lun(one);
        san.json("grant", "destroy", "datastore1", "esx1", "--yes");
        for (int path = 0; path < host.paths(); path++) {
            for (ScsiRequest request : List.of(
                    ScsiRequest.of(lun, Cdb.testUnitReady()),
                    ScsiRequest.in(lun, Cdb.read16(0, 1), EsxiHost.BLOCK),
                    EsxiHost.write(lun, GIB_BLOCKS, EsxiHost.stamped(2, 1 << 20)),
                    EsxiHost.ats(lun, 0, new byte[EsxiHost.BLOCK], EsxiHost.stamped(2)),
                    EsxiHost.unmap(lun, new long[] {GIB_BLOCKS, 8}),
                    EsxiHost.zero(lun, GIB_BLOCKS, 8),
                    ScsiRequest.in(lun, EsxiHost.reportTargetPortGroups(), 512),
                    ScsiRequest.in(lun, EsxiHost.persistentReserveIn(0), 512),
                    ScsiRequest.of(lun, EsxiHost.reserve6()))) {
                assertThat(EsxiHost.word(host.path(path).execute(request)))
                        .as(HexFormat.of().formatHex(request.cdb()) + " over path " + path)
                        .isEqualTo(GONE);
            }
            assertThat(host.in(path, lun, Cdb.inquiry(36), 36)[0])
                    .as("no device can be there")
                    .isEqualTo((byte) 0x7F);
            assertThat(host.attentions(path, EsxiHost.lun(other))).containsExactly(LUNS_CHANGED);
            assertThat(luns(host, path)).isEqualTo("0001000000000000");
        }
        assertThat(neighbour.attentions(0, lun)).isEmpty();
        assertThat(neighbour.read(1, lun, GIB_BLOCKS, EsxiHost.MIB_BLOCKS)).isEqualTo(EsxiHost.stamped(1, 1 << 20));
    }

    private static String luns(EsxiHost host, int path) throws IOException {
        byte[] list = host.in(path, 0, EsxiHost.reportLuns(0), 4096);
        return HexFormat.of().formatHex(list, 8, list.length);
    }

    /** The same device as before: by its identity and by its data. */
    private void comesBack(EsxiHost host) throws IOException {
        int lun = EsxiHost.lun(one);
        san.json("grant", "create", "datastore1", "esx1");
        for (int path = 0; path < host.paths(); path++) {
            assertThat(host.attentions(path, EsxiHost.lun(other))).containsExactly(LUNS_CHANGED);
            assertThat(luns(host, path)).isEqualTo("0000000000000000" + "0001000000000000");
            assertThat(HexFormat.of().formatHex(host.in(path, lun, Cdb.inquiryPage(0x83, 1024), 1024)))
                    .contains("01030008" + one.get("naa").asString());
            assertThat(host.read(path, lun, GIB_BLOCKS, EsxiHost.MIB_BLOCKS)).isEqualTo(EsxiHost.stamped(1, 1 << 20));
        }
    }

    /** Nothing is left to see: sessions find nothing, and new ones are refused (ESXi: PDL of a target by its login). */
    private void theLastIsTakenAway(EsxiHost host) throws IOException {
        san.json("grant", "destroy", "datastore2", "esx1", "--yes");
        san.json("grant", "destroy", "datastore1", "esx1", "--yes");
        for (int path = 0; path < host.paths(); path++) {
            for (JsonNode volume : List.of(one, other)) {
                assertThat(EsxiHost.word(
                                host.path(path).execute(ScsiRequest.of(EsxiHost.lun(volume), Cdb.testUnitReady()))))
                        .isEqualTo(GONE);
            }
            assertThat(luns(host, path)).isEmpty();
        }
        host.path(0).logout();
        assertThatThrownBy(() -> host.restore(0)).isInstanceOf(LoginFailedException.class);
    }
}
