package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.sim.Script.Step;
import dev.sandstone.engine.store.StoreException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The Nth write, read or allocation fails, for every N of a load: nothing acknowledged is lost, nothing hangs. */
class NthIoFailsTest {
    private static final List<Step> STEPS = List.of(Step.values());

    @Test
    void everyWriteThatFails() throws StoreException {
        everyNth(SimFaults::failWriteAt);
    }

    @Test
    void everyReadThatFails() throws StoreException {
        everyNth(SimFaults::failReadAt);
    }

    @Test
    void everyAllocationForWhichTheFileSystemIsFull() throws StoreException {
        everyNth(SimFaults::failAllocateAt);
    }

    private interface Fault {
        void at(SimFaults faults, long number);
    }

    private static void everyNth(Fault fault) throws StoreException {
        Script script = new Script();
        long number = 0;
        boolean reached = true;
        while (reached) {
            Script.Try attempt = script.new Try();
            fault.at(attempt.faults(), number);
            try {
                attempt.failing(STEPS);
            } catch (SimProblem problem) {
                throw new AssertionError("when number " + number + " fails", problem);
            }
            reached = attempt.faults().failures() > 0;
            number++;
        }
        System.out.println("failed one by one: " + (number - 1));
        assertThat(number).isGreaterThan(1);
    }
}
