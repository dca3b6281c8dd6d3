package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.store.StoreException;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Damage at rest never shows as wrong data; {@code -Dsandstone.rot.seeds=N} for more. */
class BitRotTest {
    private static final long SEEDS = Long.getLong("sandstone.rot.seeds", 200);
    private static final long FIRST = Long.getLong("sandstone.sim.first", 0);

    @Test
    void neverGivesWrongData() {
        Map<RotSimulation.Outcome, Integer> outcomes = new EnumMap<>(RotSimulation.Outcome.class);
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                outcomes.merge(new RotSimulation(seed).run(), 1, Integer::sum);
            } catch (StoreException | RuntimeException | Error e) {
                throw new AssertionError(Simulator.describe(seed, e), e);
            }
        }
        System.out.println("bit rot: " + outcomes);
        assertThat(outcomes.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo((int) SEEDS);
    }
}
