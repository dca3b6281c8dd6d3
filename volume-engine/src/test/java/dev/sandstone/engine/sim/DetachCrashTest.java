package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.store.StoreException;
import org.junit.jupiter.api.Test;

/** Power is lost after each task of the machine that makes a clone independent: see {@link DetachSimulation}. */
class DetachCrashTest {
    private static final int ONE_IN = Integer.getInteger("sandstone.detach.one", 9);

    @Test
    void powerLostAnywhereChangesNothing() throws StoreException {
        int points = 0;
        boolean over = false;
        for (int tasks = 0; !over; tasks += 1 + tasks % ONE_IN) {
            try {
                over = new DetachSimulation(tasks).run(tasks);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("power lost after " + tasks + " tasks", e);
            }
            points++;
        }
        System.out.println("detaching: " + points + " points");
        assertThat(points).isGreaterThan(20);
    }
}
