package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real Linux kernel writes to a mirrored pool that loses a disk, and does not notice. */
final class LostDiskTest {
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
    void aDiskOfAMirrorIsLostUnderLoad() throws IOException {
        Path one = scratch.resolve("one");
        Path two = scratch.resolve("two");
        try (San san = San.serve(scratch, "--disk", one.toString(), "--disk", two.toString(), "--capacity", "512M")) {
            JsonNode volume = san.volume("v1", "256M");
            assertThat(san.json("pool", "disks").get("redundancy").get("whole").asBoolean())
                    .isTrue();
            try (Guest guest = Guest.run(
                    shared,
                    Map.of(),
                    san.port(0),
                    "lostdisk.sh",
                    volume.get("iqn").asString(),
                    san.portal(0),
                    String.valueOf(volume.get("lun").asInt()))) {
                guest.await("MARK lose a disk", LIMIT);
                try (RandomAccessFile image =
                        new RandomAccessFile(MirrorTest.largest(two).toFile(), "rw")) {
                    image.setLength(0);
                }
                san.json("pool", "add-disk", scratch.resolve("three").toString(), "--size", "512M");
                guest.succeed(LIMIT);
            }
            redundantAgain(san);
            assertThat(san.cli("pool", "check").exit()).isZero();
        }
    }

    /** Scrubs until a walk finds nothing to repair, and all copies are there. */
    private static void redundantAgain(San san) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            san.json("pool", "scrub");
            JsonNode scrub = san.json("pool", "scrub", "--status");
            while (scrub.get("state").asString().equals("running")) {
                assertThat(System.nanoTime()).as("the scrub ends").isLessThan(deadline);
                Tools.pause(200);
                scrub = san.json("pool", "scrub", "--status");
            }
            assertThat(scrub.get("damaged_blocks").asLong()).isZero();
            boolean whole =
                    san.json("pool", "disks").get("redundancy").get("whole").asBoolean();
            if (whole && scrub.get("repaired_blocks").asLong() == 0) {
                return;
            }
            assertThat(System.nanoTime()).as("redundancy returns").isLessThan(deadline);
        }
    }
}
