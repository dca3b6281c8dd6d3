package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.ScsiRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What an ESXi host asks before it claims a device: who it is, over which paths, and what it offloads. */
final class EsxiClaimTest {
    private static final int THIRD_PARTY_COPY = 0x08;
    private static final int TPGS_BOTH = 0x30;
    private static final int CMDQUE = 0x02;
    private static final int WRITE_PROTECT = 0x80;
    private static final int WCE = 0x04;

    /** 64 TiB, the largest device of an ESXi host. */
    private static final long BLOCKS = 1L << 37;

    @TempDir
    Path scratch;

    @Test
    void claimsADeviceOverTwoPaths() throws IOException {
        try (San san = San.serve(scratch, "--portal", "127.0.0.1:0", "--portal", "127.0.0.1:0")) {
            JsonNode one = san.volume("datastore1", "64T");
            JsonNode other = san.volume("datastore2", "1G");
            try (EsxiHost host = EsxiHost.login(san, EsxiHost.ESX1, one, other)) {
                for (int path = 0; path < host.paths(); path++) {
                    inventory(host, path);
                    inquiry(host, path, EsxiHost.lun(one));
                    inquiry(host, path, EsxiHost.lun(other));
                    identity(host, path, one);
                    identity(host, path, other);
                    limits(host, path, EsxiHost.lun(one));
                    capacity(host, path, EsxiHost.lun(one));
                    pagesOfMode(host, path, EsxiHost.lun(one));
                    groups(host, path, EsxiHost.lun(one));
                }
                reserves(host, EsxiHost.lun(one));
            }
        }
    }

    private static void inventory(EsxiHost host, int path) throws IOException {
        byte[] luns = host.in(path, 0, EsxiHost.reportLuns(0), 4096);
        assertThat(HexFormat.of().formatHex(luns))
                .isEqualTo("0000001000000000" + "0000000000000000" + "0001000000000000");
        assertThat(host.in(path, 0, EsxiHost.reportLuns(0x11), 4096))
                .as("11h, asked for the units behind a conglomerate, names the plain ones")
                .isEqualTo(luns);
    }

    private static void inquiry(EsxiHost host, int path, int lun) throws IOException {
        byte[] data = host.in(path, lun, Cdb.inquiry(255), 255);
        assertThat(data[0]).as("connected, a block device").isZero();
        assertThat(data[2]).as("SPC-4").isEqualTo((byte) 6);
        assertThat(data[3] & 0x0F).as("RESPONSE DATA FORMAT").isEqualTo(2);
        assertThat(data[5] & THIRD_PARTY_COPY).as("3PC").isNotZero();
        assertThat(data[5] & TPGS_BOTH).as("TPGS: VMW_SATP_ALUA claims it").isEqualTo(TPGS_BOTH);
        assertThat(data[7] & CMDQUE).as("CMDQUE").isNotZero();
        // The keys of claim rules, and what must be equal where XCOPY is to work: never another.
        assertThat(new String(data, 8, 24, StandardCharsets.US_ASCII)).isEqualTo("SANDSTONSANDSTONE ARRAY ");
        assertThat(HexFormat.of().formatHex(data, 58, 66))
                .as("SAM-5, iSCSI, SPC-4, SBC-3")
                .isEqualTo("00a00960046004c0");
    }

    private static byte[] page(EsxiHost host, int path, int lun, int code) throws IOException {
        byte[] page = host.in(path, lun, Cdb.inquiryPage(code, 1024), 1024);
        assertThat(page[1] & 0xFF).isEqualTo(code);
        assertThat(ByteBuffer.wrap(page).getShort(2)).as("PAGE LENGTH").isEqualTo((short) (page.length - 4));
        return page;
    }

    private static void identity(EsxiHost host, int path, JsonNode volume) throws IOException {
        int lun = EsxiHost.lun(volume);
        assertThat(HexFormat.of().formatHex(page(host, path, lun, 0x00)))
                .as("supported pages, ascending")
                .isEqualTo("0000000b" + "008083858687888fb0b1b2");
        byte[] serial = page(host, path, lun, 0x80);
        assertThat(new String(serial, 4, serial.length - 4, StandardCharsets.US_ASCII))
                .isEqualTo(volume.get("serial").asString());
        Map<Integer, String> designators = new TreeMap<>();
        byte[] page = page(host, path, lun, 0x83);
        for (int at = 4; at < page.length; at += 4 + (page[at + 3] & 0xFF)) {
            designators.putIfAbsent(
                    page[at + 1] & 0x3F, HexFormat.of().formatHex(page, at + 4, at + 4 + (page[at + 3] & 0xFF)));
        }
        assertThat(designators)
                .as("NAA of the unit; relative target port and group of the path")
                .containsEntry(0x03, volume.get("naa").asString())
                .containsEntry(0x14, "0000000" + (path + 1))
                .containsEntry(0x15, "0000000" + (path + 1));
        assertThat(designators.get(0x03))
                .as("locally assigned: naa.3...")
                .startsWith("3")
                .hasSize(16);
        assertThat(page(host, path, lun, 0x86)[5] & 0x07)
                .as("HEADSUP, ORDSUP, SIMPSUP")
                .isEqualTo(0x07);
    }

    private static void limits(EsxiHost host, int path, int lun) throws IOException {
        ByteBuffer b0 = ByteBuffer.wrap(page(host, path, lun, 0xB0));
        assertThat(b0.get(5) & 0xFF).as("ATS").isPositive();
        assertThat(b0.getInt(8)).as("transfers of 4 MiB").isGreaterThanOrEqualTo(4 * EsxiHost.MIB_BLOCKS);
        assertThat(b0.getInt(20)).as("UNMAP of a GiB in a few").isGreaterThanOrEqualTo(128 * EsxiHost.MIB_BLOCKS);
        assertThat(b0.getInt(24)).as("UNMAP descriptors").isGreaterThan(1);
        int granularity = b0.getInt(28);
        assertThat(Integer.bitCount(granularity)).as("a power of two").isEqualTo(1);
        assertThat(granularity * EsxiHost.BLOCK).isLessThanOrEqualTo(512 << 10);
        assertThat(b0.getInt(32)).as("UGAVALID, alignment 0").isEqualTo(0x8000_0000);
        assertThat(b0.getLong(36)).as("zeroing by the MiB").isGreaterThanOrEqualTo(EsxiHost.MIB_BLOCKS);
        assertThat(ByteBuffer.wrap(page(host, path, lun, 0xB1)).getShort(4))
                .as("no rotation: an SSD")
                .isEqualTo((short) 1);
        byte[] b2 = page(host, path, lun, 0xB2);
        assertThat(b2[5] & 0xE4).as("LBPU, LBPWS, LBPWS10, LBPRZ").isEqualTo(0xE4);
        assertThat(b2[6] & 0x07).as("thin").isEqualTo(2);
    }

    private static void capacity(EsxiHost host, int path, int lun) throws IOException {
        ByteBuffer small = ByteBuffer.wrap(host.in(path, lun, Cdb.readCapacity10(), 8));
        assertThat(small.getInt(0)).as("ask with 16 bytes").isEqualTo(0xFFFF_FFFF);
        ByteBuffer large = ByteBuffer.wrap(host.in(path, lun, Cdb.readCapacity16(32), 32));
        assertThat(large.getLong(0)).isEqualTo(BLOCKS - 1);
        assertThat(large.getInt(8)).isEqualTo(EsxiHost.BLOCK);
        assertThat(large.get(13) & 0x0F).as("512e").isEqualTo(3);
        assertThat(large.getShort(14) & 0xFFFF).as("LBPME, LBPRZ, aligned").isEqualTo(0xC000);
    }

    private static void pagesOfMode(EsxiHost host, int path, int lun) throws IOException {
        for (int code : new int[] {0x08, 0x0A, 0x1C, 0x3F}) {
            byte[] pages = host.in(path, lun, EsxiHost.modeSense6(code), 252);
            assertThat(pages[2] & WRITE_PROTECT).as("WP").isZero();
            int first = pages[4 + pages[3]] & 0x3F;
            assertThat(first).as("first page").isEqualTo(code == 0x3F ? 0x01 : code);
        }
        byte[] caching = host.in(path, lun, EsxiHost.modeSense6(0x08), 252);
        assertThat(caching[4 + caching[3] + 2] & WCE)
                .as("what is acknowledged is durable")
                .isZero();
        // What is not there is refused so that the host stops to ask: SMART by ATA PASS-THROUGH, a page of vendors.
        assertThat(host.outcome(path, ScsiRequest.of(lun, new byte[] {(byte) 0x85, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})))
                .isEqualTo("05/20/00");
        assertThat(host.outcome(path, ScsiRequest.in(lun, EsxiHost.modeSense6(0x20), 252)))
                .isEqualTo("05/24/00");
    }

    private static void groups(EsxiHost host, int path, int lun) throws IOException {
        assertThat(HexFormat.of().formatHex(host.in(path, lun, EsxiHost.reportTargetPortGroups(), 512)))
                .as("two groups of a port each, active/optimized; of others only active/non-optimized is supported")
                .isEqualTo("00000018" + "00030001" + "00000001" + "00000001" + "00030002" + "00000001" + "00000002");
    }

    /** VMFS without ATS locks so; the reservation is of one nexus, so the host's other path has to wait, too. */
    private static void reserves(EsxiHost host, int lun) throws IOException {
        byte[] keys = host.in(0, lun, EsxiHost.persistentReserveIn(0), 512);
        assertThat(ByteBuffer.wrap(keys).getInt(4)).as("no keys of others").isZero();
        assertThat(host.outcome(0, ScsiRequest.of(lun, EsxiHost.reserve6()))).isEqualTo("GOOD");
        ScsiRequest write = EsxiHost.write(lun, 0, EsxiHost.stamped(1));
        assertThat(host.outcome(1, ScsiRequest.of(lun, EsxiHost.reserve6()))).isEqualTo("CONFLICT");
        assertThat(host.outcome(1, write)).isEqualTo("CONFLICT");
        assertThat(host.outcome(1, ScsiRequest.in(lun, Cdb.inquiry(36), 36))).isEqualTo("GOOD");
        assertThat(host.outcome(0, write)).isEqualTo("GOOD");
        assertThat(host.outcome(0, ScsiRequest.of(lun, EsxiHost.release6()))).isEqualTo("GOOD");
        assertThat(host.outcome(1, write)).isEqualTo("GOOD");
    }
}
