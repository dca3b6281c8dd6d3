package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real Linux kernel lives through snapshots, clones and rollback. */
final class TimeTest {
    private static final Duration LIMIT = Duration.ofMinutes(8);
    private static final int CONFLICT = 4;

    @TempDir
    static Path shared;

    @TempDir
    Path scratch;

    @BeforeAll
    static void needsAGuest() {
        Guest.require();
    }

    @Test
    void aFilesystemIsSnapshotClonedAndRolledBack() throws IOException {
        try (San san = San.serve(scratch, "--dir", scratch.resolve("array").toString(), "--capacity", "2G")) {
            JsonNode volume = san.volume("v1", "512M");
            int cloneLun = volume.get("lun").asInt() + 1;
            try (Guest guest = Guest.run(
                    shared,
                    Map.of(),
                    san.port(0),
                    "time.sh",
                    volume.get("iqn").asString(),
                    san.portal(0),
                    String.valueOf(volume.get("lun").asInt()),
                    String.valueOf(cloneLun))) {
                guest.await("MARK busy", LIMIT);
                san.json("snapshot", "create", "v1", "s1");
                JsonNode clone = san.json("volume", "clone", "v1@s1", "c1");
                assertThat(clone.get("lun").asInt()).isEqualTo(cloneLun);
                guest.await("MARK ruined", LIMIT);
                assertThat(san.json("snapshot", "diff", "v1", "s1")).isNotEmpty();
                assertThat(san.cli("snapshot", "rollback", "v1", "s1", "--yes").exit())
                        .as("the guest is logged in")
                        .isEqualTo(CONFLICT);
                san.json("snapshot", "rollback", "v1", "s1", "--force", "--yes");
                guest.succeed(LIMIT);
            }
            assertThat(san.json("volume", "du", "v1").get("snapshots"))
                    .as("s1, and what was before the rollback")
                    .hasSize(2);
            assertThat(san.cli("pool", "check").exit()).isZero();
            san.json("volume", "destroy", "v1", "--with-snapshots", "--yes");
            assertThat(san.cli("pool", "check").exit()).isZero();
        }
    }
}
