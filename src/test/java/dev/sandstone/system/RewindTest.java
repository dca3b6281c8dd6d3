package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A volume goes back to a moment that nobody took a snapshot of, under a real Linux kernel. */
final class RewindTest {
    private static final Duration LIMIT = Duration.ofMinutes(8);

    @TempDir
    static Path shared;

    @TempDir
    Path scratch;

    @BeforeAll
    static void needsAGuest() {
        Guest.require();
    }

    @Test
    void removedFilesComeBackByRewind() throws IOException {
        try (San san = San.serve(scratch, "--dir", scratch.resolve("array").toString(), "--capacity", "1G")) {
            JsonNode volume = san.volume("v1", "512M");
            san.json("volume", "set", "v1", "--rewind-window", "10m");
            try (Guest guest = Guest.run(
                    shared,
                    Map.of(),
                    san.port(0),
                    "rewind.sh",
                    volume.get("iqn").asString(),
                    san.portal(0),
                    String.valueOf(volume.get("lun").asInt()))) {
                guest.await("MARK removing", LIMIT);
                Instant removing = Instant.now();
                guest.await("MARK removed", LIMIT);
                String before = removing.minusSeconds(10).toString();
                san.json("volume", "rewind", "v1", "--to", before, "--force", "--yes");
                guest.succeed(LIMIT);
            }
            assertThat(san.cli("pool", "check").exit()).isZero();
        }
    }
}
