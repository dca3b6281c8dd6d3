package dev.sandstone.engine.sim;

import dev.sandstone.engine.sim.Script.Step;
import dev.sandstone.engine.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Every sequence of some steps, power lost within every write to the disk, each write torn in three ways. Also a program:
 * {@code CrashPoints LENGTH} tries all sequences up to that length.
 */
public final class CrashPoints {
    private static final Tear[] TEARS = {Tear.LOST, Tear.PREFIX, Tear.SUFFIX};
    private static final int PROGRESS = 100;

    private final Script script = new Script();
    private long states;
    private long operations;

    CrashPoints() throws StoreException {}

    /** How often power was lost. */
    long states() {
        return states;
    }

    /** How many changes were made meanwhile. */
    long operations() {
        return operations;
    }

    /** Tries the sequences of this length: of all three ways to tear together, one in so many, as chance has it. */
    void run(int length, int oneIn, Random random) throws StoreException {
        int done = 0;
        for (List<Step> steps : sequences(length)) {
            for (Tear tear : TEARS) {
                if (random.nextInt(oneIn) == 0) {
                    everyPoint(steps, tear);
                }
            }
            if (oneIn == 1 && ++done % PROGRESS == 0) {
                System.out.println(done + " sequences of " + length + " steps, " + states + " states");
            }
        }
    }

    private void everyPoint(List<Step> steps, Tear tear) throws StoreException {
        Script.Outcome outcome = Script.Outcome.KEPT;
        for (int write = 0; outcome == Script.Outcome.KEPT; write++) {
            Script.Try attempt = script.new Try();
            try {
                outcome = attempt.crashing(steps, write, tear);
            } catch (SimProblem problem) {
                throw new AssertionError(steps + ", power lost in write " + write + ", torn " + tear, problem);
            }
            states++;
            operations += attempt.operations();
        }
    }

    private static List<List<Step>> sequences(int length) {
        List<List<Step>> all = List.of(List.of());
        for (int i = 0; i < length; i++) {
            List<List<Step>> longer = new ArrayList<>();
            for (List<Step> steps : all) {
                for (Step step : Step.values()) {
                    List<Step> one = new ArrayList<>(steps);
                    one.add(step);
                    longer.add(one);
                }
            }
            all = longer;
        }
        return all;
    }

    /** Tries all. */
    public static void main(String[] arguments) throws StoreException {
        CrashPoints points = new CrashPoints();
        long began = System.nanoTime();
        for (int length = 1; length <= Integer.parseInt(arguments[0]); length++) {
            points.run(length, 1, new Random(length));
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
            System.out.println("up to " + length + " steps: " + points.states + " states, " + points.operations
                    + " operations, " + seconds + " s");
        }
    }
}
