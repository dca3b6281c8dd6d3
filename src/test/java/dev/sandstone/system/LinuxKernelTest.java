package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A real Linux kernel mounts a volume. */
final class LinuxKernelTest {
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final String SECRET = "a-long-enough-secret";

    @TempDir
    static Path shared;

    @TempDir
    Path scratch;

    @BeforeAll
    static void needsAGuest() {
        Guest.require();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    void aFilesystemLivesOnAVolume(String filesystem) throws IOException {
        Path secret = Files.writeString(scratch.resolve("secret"), SECRET);
        try (San san = San.serve(scratch, "--dir", scratch.resolve("array").toString())) {
            JsonNode volume = san.volume("v1", "1G");
            san.json(
                    "host",
                    "create",
                    "linux",
                    "--iqn",
                    "iqn.2026-11.test.guest:linux",
                    "--chap-user",
                    "linux",
                    "--chap-secret-file",
                    secret.toString());
            JsonNode grant = san.json("grant", "create", "v1", "linux");
            try (Guest guest = Guest.run(
                    shared,
                    Map.of("CHAP_USER", "linux", "CHAP_SECRET", SECRET),
                    portOf(san),
                    "filesystem.sh",
                    volume.get("iqn").asString(),
                    san.portal(0),
                    String.valueOf(grant.get("lun").asInt()),
                    filesystem)) {
                guest.await("MARK written", LIMIT);
                long written =
                        san.json("volume", "show", "v1").get("used_bytes").asLong();
                guest.await("MARK trimmed", LIMIT);
                long trimmed =
                        san.json("volume", "show", "v1").get("used_bytes").asLong();
                guest.succeed(LIMIT);
                assertThat(trimmed).as("fstrim gives space back").isLessThan(written - (8L << 20));
            }
            assertThat(san.cli("pool", "check").exit()).isZero();
        }
    }

    @Test
    void everySyncedFileOutlivesTheKillOfTheDaemon() throws IOException {
        String dir = scratch.resolve("array").toString();
        San san = San.serve(scratch, "--dir", dir);
        try {
            JsonNode volume = san.volume("v1", "1G");
            String portal = san.portal(0);
            try (Guest guest = Guest.run(
                    shared,
                    Map.of(),
                    portOf(san),
                    "crash.sh",
                    volume.get("iqn").asString(),
                    portal,
                    String.valueOf(volume.get("lun").asInt()))) {
                for (String mark : new String[] {"MARK kill me", "MARK kill me again"}) {
                    guest.await(mark, LIMIT);
                    san.kill();
                    san = San.serve(scratch, "--dir", dir, "--portal", portal);
                }
                guest.succeed(LIMIT);
            }
            assertThat(san.cli("pool", "check").exit()).isZero();
        } finally {
            san.close();
        }
    }

    private static String portOf(San san) {
        return san.portal(0).substring(san.portal(0).lastIndexOf(':') + 1);
    }
}
