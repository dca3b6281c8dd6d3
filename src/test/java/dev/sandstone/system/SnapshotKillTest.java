package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** kill -9 under load between snapshots: each that was reported is there with its name and its bytes, no other one is. */
final class SnapshotKillTest {
    private static final int CYCLES = Integer.getInteger("sandstone.snapshots.cycles", 4);
    private static final long SEED = Long.getLong("sandstone.snapshots.seed", 20261127L);
    private static final int UNITS = 16 << 11;

    @TempDir
    Path scratch;

    private final Map<String, ByteBuffer> expected = new LinkedHashMap<>();
    private final WriteOracle oracle = new WriteOracle(UNITS);

    @Test
    void everyReportedSnapshotOutlivesTheKill() throws IOException, InterruptedException {
        System.out.println("seed " + SEED + ", " + CYCLES + " cycles");
        SplittableRandom random = new SplittableRandom(SEED);
        String dir = scratch.resolve("array").toString();
        San san = San.serve(scratch, "--dir", dir, "--capacity", "512M");
        try {
            JsonNode volume = san.volume("v1", "16M");
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                run(san, volume, random);
                take(san, volume, "s" + cycle);
                if (cycle % 2 == 1) {
                    String oldest = expected.keySet().iterator().next();
                    san.json("snapshot", "delete", "v1", oldest, "--yes");
                    expected.remove(oldest);
                }
                StampedLoad load = new StampedLoad(oracle, volume);
                load.start(san.portal(0), 2, random.nextLong());
                Tools.pause(random.nextInt(100, 600));
                san.kill();
                assertThat(load.stop()).isEmpty();
                san = San.serve(scratch, "--dir", dir);
                judge(san, volume);
            }
            String kept = expected.keySet().iterator().next();
            san.json("snapshot", "rollback", "v1", kept, "--yes");
            assertThat(new StampedLoad(oracle, volume).readAll(san.portal(0))).isEqualTo(expected.get(kept));
            assertThat(san.cli("pool", "check").exit()).isZero();
        } finally {
            san.close();
        }
    }

    private void run(San san, JsonNode volume, SplittableRandom random) throws InterruptedException {
        StampedLoad load = new StampedLoad(oracle, volume);
        load.start(san.portal(0), 2, random.nextLong());
        Tools.pause(random.nextInt(100, 600));
        assertThat(load.stop()).isEmpty();
    }

    /** Nobody writes meanwhile, so what is read is what the snapshot holds. */
    private void take(San san, JsonNode volume, String name) throws IOException {
        ByteBuffer bytes = new StampedLoad(oracle, volume).readAll(san.portal(0));
        san.json("snapshot", "create", "v1", name);
        expected.put(name, bytes);
    }

    private void judge(San san, JsonNode volume) throws IOException {
        assertThat(oracle.judge(new StampedLoad(oracle, volume).readAll(san.portal(0))))
                .isEmpty();
        TreeSet<String> named = new TreeSet<>();
        for (JsonNode snapshot : san.json("snapshot", "list", "v1")) {
            assertThat(snapshot.get("state").asString()).isEqualTo("ready");
            named.add(snapshot.get("name").asString());
        }
        assertThat(named).isEqualTo(new TreeSet<>(expected.keySet()));
        for (Map.Entry<String, ByteBuffer> snapshot : expected.entrySet()) {
            JsonNode clone = san.json("volume", "clone", "v1@" + snapshot.getKey(), "c1");
            assertThat(new StampedLoad(oracle, clone).readAll(san.portal(0)))
                    .as(snapshot.getKey())
                    .isEqualTo(snapshot.getValue());
            san.json("volume", "destroy", "c1", "--yes");
        }
        assertThat(san.cli("pool", "check").exit()).isZero();
    }
}
