package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** kill -9 of the daemon under mixed load, again and again: nothing durable is lost, nothing is torn. */
final class KillTest {
    private static final int CYCLES = Integer.getInteger("sandstone.kill.cycles", 20);
    private static final long SEED = Long.getLong("sandstone.kill.seed", 20261122L);
    private static final int UNITS = 32 << 11;

    @TempDir
    Path scratch;

    @Test
    void nothingDurableIsLost() throws IOException, InterruptedException {
        System.out.println("seed " + SEED + ", " + CYCLES + " cycles");
        SplittableRandom random = new SplittableRandom(SEED);
        String dir = scratch.resolve("array").toString();
        WriteOracle durable = new WriteOracle(UNITS);
        WriteOracle writeBack = new WriteOracle(UNITS);
        San san = San.serve(scratch, "--dir", dir);
        try {
            JsonNode first = san.volume("durable", "32M");
            JsonNode second = san.volume("write-back", "32M", "--write-policy", "write-back");
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                StampedLoad onFirst = new StampedLoad(durable, first);
                StampedLoad onSecond = new StampedLoad(writeBack, second);
                onFirst.start(san.portal(0), 4, random.nextLong());
                onSecond.start(san.portal(0), 4, random.nextLong());
                Tools.pause(random.nextInt(300, 1500));
                san.kill();
                assertThat(onFirst.stop()).as("durable volume, cycle " + cycle).isEmpty();
                assertThat(onSecond.stop())
                        .as("write-back volume, cycle " + cycle)
                        .isEmpty();
                san = San.serve(scratch, "--dir", dir);
                assertThat(durable.judge(onFirst.readAll(san.portal(0))))
                        .as("durable volume after kill " + cycle)
                        .isEmpty();
                assertThat(writeBack.judge(onSecond.readAll(san.portal(0))))
                        .as("write-back volume after kill " + cycle)
                        .isEmpty();
                assertThat(san.cli("pool", "check").exit()).isZero();
            }
            assertThat(durable.generations()).as("writes tried").isGreaterThan(CYCLES * 20L);
        } finally {
            san.close();
        }
    }
}
