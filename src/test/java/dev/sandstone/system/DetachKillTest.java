package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** kill -9 while a clone becomes independent: the next start goes on, and the clone stays what it was without its source. */
final class DetachKillTest {
    private static final int CYCLES = Integer.getInteger("sandstone.detach.cycles", 2);
    private static final long SEED = Long.getLong("sandstone.detach.seed", 20261129L);
    private static final int UNITS = 8 << 11;

    @TempDir
    Path scratch;

    @Test
    void theCloneOutlivesKillAndSource() throws IOException, InterruptedException {
        System.out.println("seed " + SEED + ", " + CYCLES + " cycles");
        SplittableRandom random = new SplittableRandom(SEED);
        String dir = scratch.resolve("array").toString();
        San san = San.serve(scratch, "--dir", dir, "--capacity", "256M");
        try {
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                WriteOracle oracle = new WriteOracle(UNITS);
                run(san, san.volume("v1", "8M"), oracle, random);
                san.json("snapshot", "create", "v1", "s1");
                JsonNode clone = san.json("volume", "clone", "v1@s1", "c1");
                ByteBuffer then = read(san, clone);
                san.json("snapshot", "create", "c1", "early");
                run(san, clone, oracle, random);
                assertThat(san.json("volume", "detach", "c1").get("origin").asString())
                        .isEqualTo("v1@s1");
                StampedLoad load = new StampedLoad(oracle, clone);
                load.start(san.portal(0), 1, random.nextLong());
                Tools.pause(random.nextInt(100));
                san.kill();
                assertThat(load.stop()).isEmpty();
                san = San.serve(scratch, "--dir", dir);
                assertThat(san.json("volume", "detach", "c1", "--wait")
                                .get("depth")
                                .asInt())
                        .isZero();
                san.json("volume", "destroy", "v1", "--with-snapshots", "--yes");
                assertThat(oracle.judge(read(san, clone))).isEmpty();
                assertThat(read(san, san.json("volume", "clone", "c1@early", "c2")))
                        .isEqualTo(then);
                assertThat(san.cli("pool", "check").exit()).isZero();
                san.json("volume", "destroy", "c2", "--yes");
                san.json("volume", "destroy", "c1", "--with-snapshots", "--yes");
            }
        } finally {
            san.close();
        }
    }

    private static void run(San san, JsonNode volume, WriteOracle oracle, SplittableRandom random)
            throws InterruptedException {
        StampedLoad load = new StampedLoad(oracle, volume);
        load.start(san.portal(0), 2, random.nextLong());
        Tools.pause(300);
        assertThat(load.stop()).isEmpty();
    }

    private static ByteBuffer read(San san, JsonNode volume) throws IOException {
        return new StampedLoad(new WriteOracle(UNITS), volume).readAll(san.portal(0));
    }
}
