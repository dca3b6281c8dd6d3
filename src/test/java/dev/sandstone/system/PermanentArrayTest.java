package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A permanent array whose log is on a real block device: made, closed to strangers, killed, opened again. */
final class PermanentArrayTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CYCLES = 3;
    private static final int WORKERS = 4;
    private static final int UNITS = 32 << 11;

    @TempDir
    Path scratch;

    @Test
    void livesOnABlockDevice() throws IOException, InterruptedException {
        Tools.require("losetup", "mount");
        Tools.require("iscsi-ls", "libiscsi-bin");
        Tools.demand(Files.isWritable(Path.of("/dev/loop-control")), "/dev/loop-control is not writable: run as root");
        Path image = Files.createFile(scratch.resolve("disk.img"));
        Tools.must(LIMIT, "truncate", "-s", "512M", image.toString());
        String device =
                Tools.must(LIMIT, "losetup", "-f", "--show", image.toString()).strip();
        try {
            Path dir = scratch.resolve("array");
            San.Made made = San.init(dir, "--device", device);
            killedAndOpenedAgain(made);
            Tools.Result second = Tools.run(
                    LIMIT, San.launcher(), "init", scratch.resolve("other").toString(), "--device", device);
            assertThat(second.exit()).as("a device that holds a pool").isNotZero();
            assertThat(second.out()).contains("there is a Sandstone pool on the disk already");
        } finally {
            Tools.must(LIMIT, "losetup", "-d", device);
        }
    }

    private void killedAndOpenedAgain(San.Made made) throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(20261127);
        WriteOracle oracle = new WriteOracle(UNITS);
        San san = made.serve(scratch);
        try {
            JsonNode volume = san.volume("v1", "32M");
            assertThat(Tools.run(LIMIT, "iscsi-ls", "iscsi://" + san.portal(0)).out())
                    .as("what an initiator without a grant finds")
                    .doesNotContain(volume.get("iqn").asString());
            for (int number : IntStream.concat(IntStream.range(0, WORKERS), IntStream.of(StampedLoad.READER))
                    .toArray()) {
                san.json("host", "create", "h" + number, "--iqn", StampedLoad.initiator("v1", number));
                san.json("grant", "create", "v1", "h" + number, "--lun", "0");
            }
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                StampedLoad load = new StampedLoad(oracle, volume);
                load.start(san.portal(0), WORKERS, random.nextLong());
                Tools.pause(random.nextInt(300, 1500));
                san.kill();
                assertThat(load.stop()).as("cycle " + cycle).isEmpty();
                san = made.serve(scratch);
                assertThat(oracle.judge(load.readAll(san.portal(0))))
                        .as("after kill " + cycle)
                        .isEmpty();
                assertThat(san.cli("pool", "check").exit()).isZero();
            }
            assertThat(oracle.generations()).as("writes tried").isGreaterThan(CYCLES * 20L);
            assertThat(san.stop()).isZero();
        } finally {
            san.close();
        }
    }
}
