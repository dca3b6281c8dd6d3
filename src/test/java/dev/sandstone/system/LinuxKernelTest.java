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

    @Test
    void filesystemsLiveOnAVolume() throws IOException {
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
            String[] filesystems = {"ext4", "xfs"};
            try (Guest guest = Guest.run(
                    shared,
                    Map.of("CHAP_USER", "linux", "CHAP_SECRET", SECRET),
                    san.port(0),
                    "filesystem.sh",
                    volume.get("iqn").asString(),
                    san.portal(0),
                    String.valueOf(grant.get("lun").asInt()),
                    filesystems[0],
                    filesystems[1])) {
                for (String filesystem : filesystems) {
                    guest.await("MARK " + filesystem + " written", LIMIT);
                    long written = used(san);
                    guest.await("MARK " + filesystem + " trimmed", LIMIT);
                    assertThat(used(san))
                            .as("fstrim of " + filesystem + " gives space back")
                            .isLessThan(written - (8L << 20));
                }
                guest.succeed(LIMIT);
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
                    san.port(0),
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

    private static long used(San san) throws IOException {
        return san.json("volume", "show", "v1").get("used_bytes").asLong();
    }
}
