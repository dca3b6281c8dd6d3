package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.initiator.ScsiRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Thin provisioning as a VMFS datastore lives on it: automatic UNMAP, warnings, and a pool without space. */
final class EsxiSpaceTest {
    private static final String WARNED = "06/38/07";
    private static final String NO_SPACE = "07/27/07";
    private static final String LOST = "0E/1D/00";
    private static final int MIB = 1 << 20;

    @TempDir
    Path scratch;

    @Test
    void whatGuestsDeleteComesBack() throws IOException {
        try (San san = San.serve(scratch)) {
            JsonNode one = san.volume("datastore1", "1G");
            int lun = EsxiHost.lun(one);
            try (EsxiHost host = EsxiHost.login(san, EsxiHost.ESX1, one)) {
                fill(host, lun, 64);
                assertThat(used(san, "datastore1")).isEqualTo(64L * MIB);
                long live = san.json("pool", "usage").get("live_bytes").asLong();
                // 16 MiB in pieces of 512 KiB, one here and one there; then 64 blocks of 4 KiB in one command.
                assertThat(host.outcome(0, EsxiHost.unmap(lun, pieces(0, 32, 2048, 1024))))
                        .isEqualTo("GOOD");
                assertThat(host.outcome(0, EsxiHost.unmap(lun, pieces(40 * 2048, 64, 64, 8))))
                        .isEqualTo("GOOD");
                assertThat(used(san, "datastore1")).isEqualTo(48L * MIB - 64 * 4096);
                assertThat(live - san.json("pool", "usage").get("live_bytes").asLong())
                        .as("the pool has it back")
                        .isEqualTo(16L * MIB + 64 * 4096);
                assertThat(extents(host, lun, 0, 3))
                        .as("GET LBA STATUS says what the map says")
                        .containsExactly("0+1024 free", "1024+1024 mapped", "2048+1024 free");
                // Pieces smaller than the granularity read as zeros all the same.
                for (int sector = 0; sector < 8; sector++) {
                    assertThat(host.outcome(0, EsxiHost.unmap(lun, new long[] {50 * 2048 + sector, 1})))
                            .isEqualTo("GOOD");
                }
                assertThat(host.read(0, lun, 50 * 2048, 8)).containsOnly(0);
                assertThat(host.read(0, lun, 0, 1024)).containsOnly(0);
                assertThat(host.read(0, lun, 1024, 1024))
                        .isEqualTo(Arrays.copyOfRange(EsxiHost.stamped(0, MIB), MIB / 2, MIB));
            }
        }
    }

    @Test
    void aFullPoolPausesWhoNeedsSpaceAndNobodyElse() throws IOException {
        try (San san = San.serve(scratch, "--capacity", "256M", "--portal", "127.0.0.1:0", "--portal", "127.0.0.1:0")) {
            JsonNode one = san.volume("datastore1", "128M");
            JsonNode other = san.volume("datastore2", "512M");
            try (EsxiHost host = EsxiHost.login(san, EsxiHost.ESX1, one, other);
                    EsxiHost neighbour = EsxiHost.login(san, EsxiHost.ESX2, one, other)) {
                int guests = EsxiHost.lun(one);
                int hungry = EsxiHost.lun(other);
                assertThat(host.outcome(0, arm(guests, 16))).isEqualTo("GOOD");
                fill(host, guests, 24);
                warned(host, guests);
                warned(neighbour, guests);
                assertThat(neighbour.attentions(0, hungry))
                        .as("a threshold of the volume is its own")
                        .isEmpty();
                int held = exhaust(host, hungry);
                warned(host, guests, hungry);
                warned(neighbour, guests, hungry);
                ScsiRequest refused = EsxiHost.write(guests, 100 * 2048L, EsxiHost.stamped(100, MIB));
                assertThat(settled(host, 1, refused)).isEqualTo(NO_SPACE);
                assertThat(host.read(1, guests, 100 * 2048, 2048)).containsOnly(0);
                crumbs(host, hungry, held + 1);
                keepLocks(host, neighbour, guests);
                goesOn(host, guests, 1);
                goesOn(neighbour, guests, 2);
                assertThat(host.outcome(0, EsxiHost.unmap(hungry, new long[] {0, 64L * 2048})))
                        .isEqualTo("GOOD");
                assertThat(settled(host, 1, refused)).as("resumed").isEqualTo("GOOD");
                assertThat(host.read(0, guests, 100 * 2048, 2048)).isEqualTo(EsxiHost.stamped(100, MIB));
                for (int mib = 64; mib < held; mib++) {
                    assertThat(host.read(0, hungry, mib * 2048L, 2048))
                            .as("MiB " + mib + ", acknowledged before")
                            .isEqualTo(EsxiHost.stamped(mib, MIB));
                }
            }
            assertThat(san.cli("pool", "check").exit()).isZero();
        }
    }

    private static long used(San san, String volume) throws IOException {
        return san.json("volume", "show", volume).get("used_bytes").asLong();
    }

    private static void fill(EsxiHost host, int lun, int mibs) throws IOException {
        for (int mib = 0; mib < mibs; mib++) {
            assertThat(host.outcome(0, EsxiHost.write(lun, mib * 2048L, EsxiHost.stamped(mib, MIB))))
                    .isEqualTo("GOOD");
        }
    }

    private static long[][] pieces(long from, int count, int step, int blocks) {
        long[][] pieces = new long[count][];
        for (int i = 0; i < count; i++) {
            pieces[i] = new long[] {from + (long) i * step, blocks};
        }
        return pieces;
    }

    private static List<String> extents(EsxiHost host, int lun, long lba, int most) throws IOException {
        byte[] cdb = ByteBuffer.allocate(16)
                .put((byte) 0x9E)
                .put((byte) 0x12)
                .putLong(lba)
                .putInt(8 + 16 * most)
                .array();
        ByteBuffer data = ByteBuffer.wrap(host.in(0, lun, cdb, 8 + 16 * most)).position(8);
        List<String> extents = new ArrayList<>();
        while (data.hasRemaining()) {
            extents.add(data.getLong() + "+" + data.getInt() + (data.getInt() >>> 24 == 0 ? " mapped" : " free"));
        }
        return extents;
    }

    /** MODE SELECT(10) of Logical Block Provisioning: to be warned when the volume takes so many MiB. */
    private static ScsiRequest arm(int lun, int mibs) {
        byte[] list = HexFormat.of()
                .parseHex("0000000000000000" + "5c02001c" + "00".repeat(12) + "0101000000000000" + "8202000000000000");
        ByteBuffer.wrap(list).putInt(list.length - 4, mibs);
        return ScsiRequest.out(lun, new byte[] {0x55, 0x10, 0, 0, 0, 0, 0, 0, (byte) list.length, 0}, list);
    }

    /** Waits until every nexus of the host has been warned on each of these units. */
    private static void warned(EsxiHost host, int... luns) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            for (int path = 0; path < host.paths(); path++) {
                for (int lun : luns) {
                    assertThat(host.heard(path, lun, WARNED))
                            .as("path " + path + ", LUN " + lun)
                            .isTrue();
                }
            }
        });
        host.forget();
    }

    /** Writes until that is refused; answers how many MiB were taken. */
    private static int exhaust(EsxiHost host, int lun) throws IOException {
        for (int mib = 0; mib < 256; mib++) {
            String outcome = settled(host, 0, EsxiHost.write(lun, mib * 2048L, EsxiHost.stamped(mib, MIB)));
            if (!outcome.equals("GOOD")) {
                assertThat(outcome).isEqualTo(NO_SPACE);
                return mib;
            }
        }
        throw new AssertionError("the pool took more than it has");
    }

    /** Where a MiB has no room some blocks may: takes that, too. */
    private static void crumbs(EsxiHost host, int lun, int mib) throws IOException {
        byte[] block = Arrays.copyOf(EsxiHost.stamped(mib, MIB), 4096);
        String outcome = "GOOD";
        for (long lba = mib * 2048L; outcome.equals("GOOD"); lba += 8) {
            outcome = settled(host, 0, EsxiHost.write(lun, lba, block));
        }
        assertThat(outcome).isEqualTo(NO_SPACE);
    }

    /** Heartbeats overwrite what is there already; who lost a race is told so, and only a lock where nothing was needs room. */
    private static void keepLocks(EsxiHost host, EsxiHost neighbour, int lun) throws IOException {
        long slot = 3 * 2048L;
        long free = 100 * 2048L;
        byte[] mine = Arrays.copyOf(EsxiHost.stamped(3, MIB), 512);
        for (int beat = 0; beat < 20; beat++) {
            byte[] next = mine.clone();
            next[511] = (byte) beat;
            next[510] = (byte) 0xA5;
            assertThat(settled(host, beat % 2, EsxiHost.ats(lun, slot, mine, next)))
                    .as("heartbeat %d", beat)
                    .isEqualTo("GOOD");
            assertThat(settled(neighbour, 0, EsxiHost.ats(lun, slot, mine, new byte[512])))
                    .isEqualTo(LOST);
            mine = next;
        }
        assertThat(host.read(0, lun, slot, 1)).isEqualTo(mine);
        assertThat(settled(host, 0, EsxiHost.ats(lun, free, mine, mine))).isEqualTo(LOST);
        assertThat(settled(host, 0, EsxiHost.ats(lun, free, new byte[512], mine)))
                .isEqualTo(NO_SPACE);
        assertThat(host.read(0, lun, free, 1)).as("nothing of it").containsOnly(0);
    }

    /** BUSY: the array makes room, the host sends it again. */
    private static String settled(EsxiHost host, int path, ScsiRequest request) throws IOException {
        String outcome = host.outcome(path, request);
        for (int again = 0; again < 20 && outcome.equals("BUSY"); again++) {
            outcome = host.outcome(path, request);
        }
        return outcome;
    }

    /** What takes no space: reading, zeroing and giving back. */
    private static void goesOn(EsxiHost host, int lun, int mib) throws IOException {
        for (int path = 0; path < host.paths(); path++) {
            assertThat(host.read(path, lun, mib * 2048L, 2048)).isEqualTo(EsxiHost.stamped(mib, MIB));
        }
        assertThat(settled(host, 0, EsxiHost.zero(lun, mib * 2048L, 1024))).isEqualTo("GOOD");
        assertThat(settled(host, 1, EsxiHost.unmap(lun, new long[] {mib * 2048L + 1024, 1024})))
                .isEqualTo("GOOD");
        assertThat(host.read(0, lun, mib * 2048L, 2048)).containsOnly(0);
    }
}
