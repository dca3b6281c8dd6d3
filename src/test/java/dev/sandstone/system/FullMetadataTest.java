package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.ScsiRequest;
import dev.sandstone.initiator.ScsiResult;
import dev.sandstone.initiator.SessionOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The file system of names and block map fills up, the disk of the data does not. */
final class FullMetadataTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String HOST = "iqn.2026-11.test.full:host";
    private static final int NO_SPACE = 9;
    private static final int UNITS = 8;
    private static final long MIB = 1 << 20;

    @TempDir
    Path scratch;

    private Path small() {
        return scratch.resolve("small");
    }

    private Path filler() {
        return small().resolve("filler");
    }

    @Test
    void writesAreRefusedAndAllElseGoesOn() throws IOException {
        Tools.require("mount", "mount");
        Path small = Files.createDirectory(small());
        Tools.Result mounted =
                Tools.run(LIMIT, "mount", "-t", "tmpfs", "-o", "size=256M,mode=0700", "tmpfs", small.toString());
        Tools.demand(mounted.exit() == 0, "a tmpfs cannot be mounted: run as root");
        try {
            array();
        } finally {
            Tools.must(LIMIT, "umount", "-l", small.toString());
        }
    }

    private void array() throws IOException {
        San.Made made = San.init(
                small().resolve("array"), "--disk", scratch.resolve("disk").toString(), "--capacity", "1G");
        try (San san = made.serve(scratch)) {
            san.json("host", "create", "h1", "--iqn", HOST);
            JsonNode volume = san.volume("v1", "64M");
            san.json("grant", "create", "v1", "h1", "--lun", "0");
            san.json("snapshot", "create", "v1", "s1");
            san.json("snapshot", "create", "v1", "s2");
            try (IscsiSession session = session(san, volume)) {
                write(session, 0, 1).requireGood();
                nearlyFull(san, session);
                full(san, session);
                session.logout();
            }
            san.kill();
        }
        Files.delete(filler());
        try (San san = made.serve(scratch)) {
            JsonNode volume = san.json("volume", "show", "v1");
            try (IscsiSession session = session(san, volume)) {
                assertThat(read(session, 0)).isEqualTo(content(1));
                assertThat(read(session, 1)).isEqualTo(content(2));
                assertThat(read(session, 2)).isEqualTo(content(3));
                write(session, 3, 4).requireGood();
                session.logout();
            }
            assertThat(san.json("snapshot", "list", "v1")).as("s2").hasSize(1);
            assertThat(san.cli("pool", "check").exit()).isZero();
        }
    }

    /** Less is left than the map's reserve: what needs room is refused before anything fails, and comes back by itself. */
    private void nearlyFull(San san, IscsiSession session) throws IOException {
        fillUpTo(40 * MIB);
        Awaitility.await().atMost(LIMIT).until(() -> write(session, 1, 2).isSense(0x7, 0x27, 0x07));
        assertThat(read(session, 0)).isEqualTo(content(1));
        assertThat(san.cli("snapshot", "create", "v1", "s3").exit()).isEqualTo(NO_SPACE);
        san.json("snapshot", "delete", "v1", "s1", "--yes");
        unmap(session, 4096).requireGood();
        Files.delete(filler());
        Awaitility.await().atMost(LIMIT).until(() -> write(session, 1, 2).status() == 0);
    }

    /** Nothing is left at all: what is there can be read. */
    private void full(San san, IscsiSession session) throws IOException {
        write(session, 2, 3).requireGood();
        fillUpTo(0);
        Awaitility.await().atMost(LIMIT).until(() -> write(session, 3, 9).isSense(0x7, 0x27, 0x07));
        assertThat(read(session, 2)).isEqualTo(content(3));
        Tools.Result refused = san.cli("volume", "create", "v2", "1G");
        assertThat(refused.exit()).as(refused.out()).isEqualTo(NO_SPACE);
        assertThat(read(session, 0)).isEqualTo(content(1));
    }

    private void fillUpTo(long left) throws IOException {
        byte[] piece = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(filler())) {
            while (small().toFile().getUsableSpace() > left) {
                out.write(piece);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static IscsiSession session(San san, JsonNode volume) throws IOException {
        InetSocketAddress portal =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(san.port(0)));
        IscsiSession session = IscsiSession.open(
                SessionOptions.to(portal, HOST).withTarget(volume.get("iqn").asString()));
        session.execute(ScsiRequest.of(0, Cdb.testUnitReady()));
        return session;
    }

    private static byte[] content(int number) {
        byte[] bytes = new byte[UNITS * 512];
        Arrays.fill(bytes, (byte) number);
        return bytes;
    }

    private static ScsiResult write(IscsiSession session, int place, int number) throws IOException {
        return session.execute(ScsiRequest.out(0, Cdb.write16((long) place * UNITS, UNITS), content(number)));
    }

    private static ScsiResult unmap(IscsiSession session, int lba) throws IOException {
        byte[] list = Cdb.unmapList(lba, UNITS);
        return session.execute(ScsiRequest.out(0, Cdb.unmap(list.length), list));
    }

    private static byte[] read(IscsiSession session, int place) throws IOException {
        return session.execute(ScsiRequest.in(0, Cdb.read16((long) place * UNITS, UNITS), UNITS * 512))
                .requireGood()
                .dataIn();
    }
}
