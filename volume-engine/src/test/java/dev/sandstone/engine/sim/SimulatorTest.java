package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulator in the gate; {@code -Dsandstone.sim.seeds=N -Dsandstone.sim.first=K} for more and for others. */
class SimulatorTest {
    private static final long SEEDS = Long.getLong("sandstone.sim.seeds", 300);
    private static final long FIRST = Long.getLong("sandstone.sim.first", 0);

    @Test
    void keepsEveryPromiseThroughCrashes() {
        Simulator.Sum sum = Simulator.run(FIRST, SEEDS);
        System.out.println("simulator: " + sum);
        assertThat(sum.seeds()).isEqualTo(SEEDS);
        assertThat(sum.operations()).isPositive();
    }

    /**
     * 1343 and 3117: disks that answer many reads with errors, under small pools, where cleaning used up the last slots. 6340:
     * acknowledged data hidden by newer, when a volume became durable. 7624: a mark. 9390: the judge.
     */
    @ParameterizedTest
    @ValueSource(longs = {1343, 3117, 6340, 7624, 9390})
    void seedsThatFailedOnce(long seed) {
        assertThat(Simulator.broken(seed)).isNull();
    }
}
