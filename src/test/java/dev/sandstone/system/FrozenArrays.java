package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.PackedFolder;
import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.ScsiRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes the image for {@link FrozenArrayTest}: the whole folder of a permanent array that was killed under way, in the folder
 * that property {@code sandstone.frozen} names. Runs when asked for by name only; {@code README.md} beside the image says when.
 */
class FrozenArrays {
    private static final String[] VOLUMES = {"v1", "v2", "v3"};
    private static final int UNITS_A_WRITE = 64;
    private static final int WRITES = 24;
    private static final long RESERVATION_KEY = 0x5A4D;

    @TempDir
    Path scratch;

    @Test
    void make() throws IOException {
        Path into = Path.of(System.getProperty("sandstone.frozen", "target/frozen"));
        Files.createDirectories(into);
        Path folder = scratch.resolve("image");
        Path dir = Files.createDirectories(folder).resolve("array");
        San.Made made = San.init(dir, "--capacity", "640M");
        List<String> facts = new ArrayList<>();
        try (San san = made.serve(scratch)) {
            configure(san);
            firstLife(san);
            assertThat(san.stop()).isZero();
        }
        San san = made.serve(scratch);
        try {
            secondLife(san, facts);
            facts.addAll(ArrayFacts.of(san));
            san.kill();
        } finally {
            san.close();
        }
        facts.add("token " + made.token());
        Files.write(folder.resolve("facts"), facts);
        Files.deleteIfExists(dir.resolve("api.sock"));
        PackedFolder.pack(folder, into.resolve("array"));
    }

    private void configure(San san) throws IOException {
        Path own = Files.writeString(scratch.resolve("own"), "frozen-reader-secret");
        Path target = Files.writeString(scratch.resolve("target"), "frozen-target-secret");
        san.json(
                "host",
                "create",
                "reader",
                "--iqn",
                ArrayFacts.HOST_NAME,
                "--chap-user",
                ArrayFacts.HOST.name(),
                "--chap-secret-file",
                own.toString(),
                "--mutual-user",
                ArrayFacts.ARRAY.name(),
                "--mutual-secret-file",
                target.toString());
        san.json("host", "create", "other", "--iqn", "iqn.2026-11.test.frozen:other");
        san.volume("v1", "16M");
        san.volume("v2", "24M", "--write-policy", "write-back", "--physical-block", "512");
        san.volume("v3", "8M", "--removable");
        for (int i = 0; i < VOLUMES.length; i++) {
            san.json("grant", "create", VOLUMES[i], "reader", "--lun", String.valueOf(i + 3));
        }
        san.json("grant", "create", "v1", "other", "--lun", "9", "--read-only");
        san.json("group", "create", "g1", "v1", "v2");
        san.json("volume", "set", "v1", "--rewind-window", "1h");
    }

    private void firstLife(San san) throws IOException {
        writes(san, 1);
        san.json("snapshot", "create", "v1", "s1");
        writes(san, 2);
        san.json("group", "snapshot", "g1", "both");
        san.json("snapshot", "hold", "v2", "both");
        writes(san, 3);
        san.json("volume", "clone", "v1@s1", "c1");
        san.json("grant", "create", "c1", "reader", "--lun", "6");
    }

    private void secondLife(San san, List<String> facts) throws IOException {
        writes(san, 4);
        san.json("snapshot", "create", "v3", "before");
        facts.add("moment v3@before " + content(san, 5));
        writes(san, 5);
        san.json("snapshot", "rollback", "v2", "both", "--force", "--yes");
        facts.add("moment v2@both " + content(san, 4));
        san.json("snapshot", "mount", "v1", "s1");
        san.json("grant", "create", "v1@s1", "reader", "--lun", "7");
        try (IscsiSession session = ArrayFacts.session(san, target(san))) {
            session.execute(ScsiRequest.of(3, Cdb.testUnitReady()));
            session.execute(ScsiRequest.out(3, reserveOut(), registration())).requireGood();
        }
    }

    private static String content(San san, int lun) throws IOException {
        try (IscsiSession session = ArrayFacts.session(san, target(san))) {
            return ArrayFacts.hash(session, lun);
        }
    }

    static String target(San san) throws IOException {
        return san.json("volume", "list").get(0).get("iqn").asString();
    }

    /** Some places of each volume, all bytes of a write alike but for its number: the image stays small. */
    private static void writes(San san, int round) throws IOException {
        try (IscsiSession session = ArrayFacts.session(san, target(san))) {
            for (int lun = 3; lun < 3 + VOLUMES.length; lun++) {
                session.execute(ScsiRequest.of(lun, Cdb.testUnitReady()));
                for (int i = 0; i < WRITES; i++) {
                    byte[] data = new byte[UNITS_A_WRITE * 512];
                    Arrays.fill(data, (byte) (16 * round + lun));
                    ByteBuffer.wrap(data).putInt(0, i);
                    int at = (i * round * 320 + lun * 3) % (8 * 2048 - UNITS_A_WRITE);
                    session.execute(ScsiRequest.out(lun, Cdb.write16(at, UNITS_A_WRITE), data))
                            .requireGood();
                }
                session.execute(ScsiRequest.of(lun, Cdb.synchronizeCache16(0, 0)))
                        .requireGood();
            }
            session.logout();
        }
    }

    /** PERSISTENT RESERVE OUT, REGISTER (SPC-4 6.16.2). */
    private static byte[] reserveOut() {
        return new byte[] {0x5F, 0, 0, 0, 0, 0, 0, 0, 24, 0};
    }

    /** A new key that outlives the loss of power (APTPL). */
    private static byte[] registration() {
        return ByteBuffer.allocate(24)
                .putLong(8, RESERVATION_KEY)
                .put(20, (byte) 1)
                .array();
    }
}
