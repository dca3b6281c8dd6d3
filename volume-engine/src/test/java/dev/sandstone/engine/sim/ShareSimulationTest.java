package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Copies by reference keep every promise; {@code -Dsandstone.sim.seeds=N -Dsandstone.sim.first=F} for more. */
class ShareSimulationTest {
    private static final long SEEDS = Long.getLong("sandstone.sim.seeds", 40);
    private static final long FIRST = Long.getLong("sandstone.sim.first", 0);

    @Test
    void everySeedKeepsItsData() throws Exception {
        long shared = 0;
        long chained = 0;
        long led = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                ShareSimulation.Report report = ShareSimulation.run(seed);
                shared += report.shared();
                chained += report.chained();
                led += report.led();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("-Dsandstone.sim.first=" + seed + " -Dsandstone.sim.seeds=1", e);
            }
        }
        System.out.println("seeds " + FIRST + " to " + (FIRST + SEEDS - 1) + ": " + shared + " blocks shared, "
                + chained + " of them one behind the other, " + led + " times led elsewhere");
        assertThat(shared).isGreaterThan(SEEDS * 100);
        assertThat(chained).isGreaterThan(SEEDS * 50);
        assertThat(led).as("segments with shared blocks are cleaned").isGreaterThan(SEEDS);
    }
}
