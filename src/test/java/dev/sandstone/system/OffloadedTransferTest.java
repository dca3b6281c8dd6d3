package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.initiator.IscsiDisk;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.ScsiRequest;
import dev.sandstone.initiator.ScsiResult;
import dev.sandstone.initiator.SessionOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What Windows sends when it copies a file by offloaded transfer: a token is made of the source, then written elsewhere. */
final class OffloadedTransferTest {
    private static final int MIB_BLOCKS = 2048;
    private static final int MIB = 1 << 20;
    private static final int FILE_MIB = 16;

    @TempDir
    Path scratch;

    @Test
    void aFileIsCopiedByTokenWithoutItsBytesAndATokenEndsWithTheDaemon() throws IOException {
        Path folder = scratch.resolve("array");
        byte[] file = new byte[FILE_MIB * MIB];
        new Random(20261129).nextBytes(file);
        byte[] token;
        try (San san = San.serve(scratch, "--dir", folder.toString())) {
            san.volume("c", "64M");
            san.volume("d", "64M");
            try (IscsiSession session = login(san, "c")) {
                IscsiDisk source = IscsiDisk.open(session, 0);
                IscsiDisk.open(session, 1);
                write(source, 3, file);
                assertThat(limits(session))
                        .as("transfer of the whole file")
                        .isGreaterThanOrEqualTo((long) FILE_MIB * MIB_BLOCKS);
                token = token(session, 3L * MIB_BLOCKS, FILE_MIB * MIB_BLOCKS);
                write(source, 3, new byte[file.length]);
                long before = san.json("pool", "usage").get("live_bytes").asLong();
                writeUsing(session, token, 40L * MIB_BLOCKS, FILE_MIB * MIB_BLOCKS)
                        .requireGood();
                long grown = san.json("pool", "usage").get("live_bytes").asLong() - before;
                assertThat(grown).as("shared, not copied").isLessThan(MIB);
                assertThat(san.json("snapshot", "list", "c").toString()).contains("\"token\"");
                session.logout();
            }
            san.kill();
        }
        try (San san = San.serve(scratch, "--dir", folder.toString())) {
            assertThat(san.json("snapshot", "list", "c").toString()).doesNotContain("token");
            try (IscsiSession session = login(san, "d")) {
                IscsiDisk destination = IscsiDisk.open(session, 1);
                for (int i = 0; i < FILE_MIB; i++) {
                    assertThat(destination.read((40L + i) * MIB_BLOCKS, MIB_BLOCKS))
                            .as("MiB " + i)
                            .isEqualTo(Arrays.copyOfRange(file, i * MIB, (i + 1) * MIB));
                }
                ScsiResult unknown = writeUsing(session, token, 0, 8);
                assertThat(unknown.isSense(5, 0x23, 0x04))
                        .as(unknown.describe())
                        .isTrue();
                session.logout();
            }
            assertThat(san.cli("pool", "check").exit()).isZero();
        }
    }

    private static IscsiSession login(San san, String volume) throws IOException {
        JsonNode shown = san.json("volume", "show", volume);
        return IscsiSession.open(SessionOptions.to(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(san.port(0))),
                        "iqn.1991-05.com.microsoft:host")
                .withTarget(shown.get("iqn").asString()));
    }

    private static void write(IscsiDisk disk, int mib, byte[] data) throws IOException {
        for (int at = 0; at < data.length; at += MIB) {
            disk.write((mib + at / MIB) * (long) MIB_BLOCKS, Arrays.copyOfRange(data, at, at + MIB));
        }
    }

    /** MAXIMUM TOKEN TRANSFER SIZE, of the first descriptor of the Third-party Copy VPD page. */
    private static long limits(IscsiSession session) throws IOException {
        byte[] cdb = {0x12, 1, (byte) 0x8F, 4, 0, 0};
        ByteBuffer page = ByteBuffer.wrap(
                session.execute(ScsiRequest.in(0, cdb, 1024)).requireGood().dataIn());
        assertThat(page.getInt(4)).as("Block Device ROD Token Limits").isEqualTo(0x20);
        return page.getLong(24);
    }

    private static byte[] token(IscsiSession session, long lba, int blocks) throws IOException {
        byte[] list = range(new byte[32], lba, blocks);
        session.execute(ScsiRequest.out(0, cdb(0x10, list), list)).requireGood();
        byte[] ask = ByteBuffer.allocate(16)
                .put((byte) 0x84)
                .put((byte) 7)
                .putInt(2, 1)
                .putInt(10, 1024)
                .array();
        byte[] told =
                session.execute(ScsiRequest.in(0, ask, 1024)).requireGood().dataIn();
        assertThat(told[5]).as("COPY OPERATION STATUS").isEqualTo((byte) 1);
        return Arrays.copyOfRange(told, 38, 550);
    }

    private static ScsiResult writeUsing(IscsiSession session, byte[] token, long lba, int blocks) throws IOException {
        byte[] list = range(ByteBuffer.allocate(552).put(16, token).array(), lba, blocks);
        return session.execute(ScsiRequest.out(1, cdb(0x11, list), list));
    }

    private static byte[] cdb(int serviceAction, byte[] list) {
        ByteBuffer cdb = ByteBuffer.allocate(16).put((byte) 0x83).put((byte) serviceAction);
        return cdb.putInt(6, 1).putInt(10, list.length).array();
    }

    /** A list of one block device range descriptor. */
    private static byte[] range(byte[] list, long lba, int blocks) {
        int at = list.length - 16;
        ByteBuffer.wrap(list)
                .putShort(0, (short) (list.length - 2))
                .putShort(at - 2, (short) 16)
                .putLong(at, lba)
                .putInt(at + 8, blocks);
        return list;
    }
}
