package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.store.StoreException;
import org.junit.jupiter.api.Test;

/** Mirrors in the gate; {@code -Dsandstone.mirror.seeds=N -Dsandstone.sim.first=K} for more and for others. */
class MirrorSimulationTest {
    private static final long SEEDS = Long.getLong("sandstone.mirror.seeds", 20);
    private static final long FIRST = Long.getLong("sandstone.sim.first", 0);

    @Test
    void keepsEveryPromiseThroughLostDisks() {
        long crashes = 0;
        long losses = 0;
        long operations = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                MirrorSimulation.Report report = new MirrorSimulation(seed).run();
                crashes += report.crashes();
                losses += report.losses();
                operations += report.operations();
            } catch (StoreException | RuntimeException | Error e) {
                throw new AssertionError(Simulator.describe(seed, e) + " (MirrorSimulationTest)", e);
            }
        }
        System.out.println("mirrors: " + SEEDS + " seeds, " + losses + " faults of disks, " + crashes + " crashes, "
                + operations + " operations");
        assertThat(losses).isPositive();
    }
}
