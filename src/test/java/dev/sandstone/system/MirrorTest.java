package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Arrays on two disks, of which one loses everything: under load, or while the array does not run. */
final class MirrorTest {
    private static final long SEED = Long.getLong("sandstone.mirror.seed", 20261127L);
    private static final int UNITS = 32 << 11;

    @TempDir
    Path scratch;

    @Test
    void aDiskThatIsCutToNothingUnderLoadIsNotNoticed() throws IOException, InterruptedException {
        System.out.println("seed " + SEED);
        SplittableRandom random = new SplittableRandom(SEED);
        Path one = scratch.resolve("one");
        Path two = scratch.resolve("two");
        WriteOracle oracle = new WriteOracle(UNITS);
        San san = serve(one, two);
        try {
            JsonNode volume = san.volume("v1", "32M");
            StampedLoad load = new StampedLoad(oracle, volume);
            load.start(san.portal(0), 4, random.nextLong());
            Tools.pause(random.nextInt(500, 1500));
            try (RandomAccessFile image = new RandomAccessFile(largest(two).toFile(), "rw")) {
                image.setLength(0);
            }
            Tools.pause(random.nextInt(500, 1500));
            assertThat(load.stop()).as("errors and wrong reads under load").isEmpty();
            assertThat(oracle.judge(load.readAll(san.portal(0)))).isEmpty();
            san.kill();
            san = serve(one, two);
            assertThat(oracle.judge(load.readAll(san.portal(0))))
                    .as("after kill -9 and a start")
                    .isEmpty();
            assertThat(san.cli("pool", "check").exit()).isZero();
        } finally {
            san.close();
        }
    }

    @Test
    void aPermanentArrayStartsWithoutOneOfItsDisks() throws IOException, InterruptedException {
        System.out.println("seed " + SEED);
        Path one = scratch.resolve("one");
        Path two = scratch.resolve("two");
        Path home = scratch.resolve("home");
        San.Made made = San.init(home, "--disk", one.toString(), "--disk", two.toString(), "--capacity", "256M");
        WriteOracle oracle = new WriteOracle(UNITS);
        StampedLoad load;
        try (San san = made.serve(scratch)) {
            JsonNode volume = san.volume("v1", "32M");
            for (int number : new int[] {0, 1, StampedLoad.READER}) {
                san.json("host", "create", "h" + number, "--iqn", StampedLoad.initiator("v1", number));
                san.json("grant", "create", "v1", "h" + number, "--lun", "0");
            }
            load = new StampedLoad(oracle, volume);
            load.start(san.portal(0), 2, SEED);
            Tools.pause(1000);
            assertThat(load.stop()).isEmpty();
        }
        Files.delete(largest(one));
        try (San san = made.serve(scratch)) {
            assertThat(oracle.judge(load.readAll(san.portal(0))))
                    .as("with the first disk gone")
                    .isEmpty();
            assertThat(san.cli("pool", "check").exit()).isZero();
        }
    }

    private San serve(Path one, Path two) throws IOException {
        return San.serve(scratch, "--disk", one.toString(), "--disk", two.toString(), "--capacity", "256M");
    }

    /** The image of a disk: nothing else there is as large. */
    static Path largest(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }
}
