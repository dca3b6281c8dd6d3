package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
}
