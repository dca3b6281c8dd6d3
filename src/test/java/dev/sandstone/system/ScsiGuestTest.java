package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A real Linux kernel, its SCSI tools and its multipathing: what the commands do, who may do what under persistent
 * reservations, that a path which the operator made worse is left alone, and that no write fails while each of two paths
 * is lost in turn. One boot for all.
 */
final class ScsiGuestTest {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    @TempDir
    Path scratch;

    @BeforeAll
    static void needsAGuest() {
        GuestImage.SCSI.require();
    }

    @Test
    void commandsReservationsAndPaths() throws IOException {
        try (San san = San.serve(
                scratch,
                "--dir",
                scratch.resolve("array").toString(),
                "--portal",
                "127.0.0.1:0",
                "--portal",
                "127.0.0.1:0")) {
            JsonNode volume = san.volume("v1", "256M");
            Guest.Scenario scenario = new Guest.Scenario(
                    Map.of(),
                    san.port(0) + ", " + san.port(1),
                    "scsi.sh",
                    List.of(
                            volume.get("iqn").asString(),
                            san.portal(0),
                            san.portal(1),
                            String.valueOf(volume.get("lun").asInt())));
            try (Guest guest = Guest.run(GuestImage.SCSI, scratch, scenario)) {
                guest.await("MARK make portal 2 worse", LIMIT);
                san.json("portal", "set", "2", "--access", "non-optimized");
                guest.await("MARK make portal 2 better", LIMIT);
                san.json("portal", "set", "2", "--access", "optimized");
                guest.succeed(LIMIT);
            }
            assertThat(san.cli("pool", "check").exit()).isZero();
        }
    }
}
