package dev.sandstone.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A volume that is cut off loses what lay beyond for good, its snapshots keep it, and a kill -9 changes neither. */
final class ResizeKillTest {
    private static final int UNITS = 8 << 11;
    private static final int HALF = UNITS / 2 * WriteOracle.UNIT;
    private static final int CONFLICT = 4;

    @TempDir
    Path scratch;

    @Test
    void whatWasCutOffStaysAway() throws IOException, InterruptedException {
        String dir = scratch.resolve("array").toString();
        San san = San.serve(scratch, "--dir", dir, "--capacity", "256M");
        try {
            JsonNode volume = san.volume("v1", "8M");
            StampedLoad load = new StampedLoad(new WriteOracle(UNITS), volume);
            String portal = san.portal(0);
            load.start(portal, 1, 20261129);
            // Until there is something to lose.
            Awaitility.await()
                    .until(() -> !load.readAll(portal).slice(HALF, HALF).equals(ByteBuffer.allocate(HALF)));
            assertThat(load.stop()).isEmpty();
            ByteBuffer before = load.readAll(portal);
            san.json("snapshot", "create", "v1", "whole");
            Tools.Result refused = san.cli("volume", "resize", "v1", "4M");
            assertThat(refused.exit()).isEqualTo(CONFLICT);
            assertThat(refused.out()).contains("shrink-refused").contains("--truncate");
            assertThat(load.readAll(san.portal(0))).isEqualTo(before);
            san.json("volume", "resize", "v1", "4M", "--truncate");
            san.kill();
            san = San.serve(scratch, "--dir", dir);
            assertThat(san.json("volume", "show", "v1").get("size_bytes").asLong())
                    .isEqualTo(HALF);
            san.json("volume", "resize", "v1", "8M");
            san.kill();
            san = San.serve(scratch, "--dir", dir);
            ByteBuffer after = load.readAll(san.portal(0));
            assertThat(after.slice(0, HALF)).isEqualTo(before.slice(0, HALF));
            assertThat(after.slice(HALF, HALF)).isEqualTo(ByteBuffer.allocate(HALF));
            JsonNode clone = san.json("volume", "clone", "v1@whole", "c1");
            assertThat(new StampedLoad(new WriteOracle(UNITS), clone).readAll(san.portal(0)))
                    .isEqualTo(before);
            assertThat(san.cli("pool", "check").exit()).isZero();
        } finally {
            san.close();
        }
    }
}
