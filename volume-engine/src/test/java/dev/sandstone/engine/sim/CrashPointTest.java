package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.sim.Script.Step;
import dev.sandstone.engine.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Every sequence of one and two steps, power lost within every write to the disk, each write torn in three ways. The gate
 * takes a seeded part of them, {@code -Dsandstone.sim.all=true} all.
 */
class CrashPointTest {
    private static final boolean ALL = Boolean.getBoolean("sandstone.sim.all");
    private static final Tear[] TEARS = {Tear.LOST, Tear.PREFIX, Tear.SUFFIX};
    private static final long SEED = Long.getLong("sandstone.sim.first", 1);
    private static final int ONE_IN = 8;

    @Test
    void powerLostAnywhereLosesNothing() throws StoreException {
        Script script = new Script();
        Random random = new Random(SEED);
        int states = 0;
        for (List<Step> steps : sequences()) {
            for (Tear tear : TEARS) {
                if (steps.size() == 1 || ALL || random.nextInt(ONE_IN) == 0) {
                    states += everyPoint(script, steps, tear);
                }
            }
        }
        System.out.println("crash points: " + states + " states, seed " + SEED);
        assertThat(states).isGreaterThan(100);
    }

    private static int everyPoint(Script script, List<Step> steps, Tear tear) throws StoreException {
        int write = 0;
        while (true) {
            try {
                if (script.new Try().crashing(steps, write, tear) == Script.Outcome.OVER) {
                    return write + 1;
                }
            } catch (SimProblem problem) {
                throw new AssertionError(steps + ", power lost in write " + write + ", torn " + tear, problem);
            }
            write++;
        }
    }

    private static List<List<Step>> sequences() {
        List<List<Step>> all = new ArrayList<>();
        for (Step first : Step.values()) {
            all.add(List.of(first));
            for (Step second : Step.values()) {
                all.add(List.of(first, second));
            }
        }
        return all;
    }
}
