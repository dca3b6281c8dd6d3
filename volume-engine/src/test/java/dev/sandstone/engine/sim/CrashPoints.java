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
    private long all;
    private long operations;

    CrashPoints() throws StoreException {}

    /** How often power was lost. */
    long states() {
        return states;
    }

    /** How many states there are of the sequences that were tried: power lost within each write and at the end, torn in each way. */
    long all() {
        return all;
    }

    /** How many changes were made meanwhile. */
    long operations() {
        return operations;
    }

    /** Tries all sequences of this length, at every point. */
    void all(int length) throws StoreException {
        int done = 0;
        for (List<Step> steps : sequences(length)) {
            long before = states;
            for (Tear tear : TEARS) {
                everyPoint(steps, tear);
            }
            all += states - before;
            if (++done % PROGRESS == 0) {
                System.out.println(done + " sequences of " + length + " steps, " + states + " states");
            }
        }
    }

    /**
     * Tries all sequences of this length, each at its end, torn in some way, and at so many other points: one in each part of
     * as many equal parts of its writes, so that a sample has early ones and late ones.
     */
    void some(int length, int points, Random random) throws StoreException {
        for (List<Step> steps : sequences(length)) {
            long writes = end(steps, TEARS[random.nextInt(TEARS.length)]);
            all += (writes + 1) * TEARS.length;
            for (int part = 0; part < points; part++) {
                long from = writes * part / points;
                long to = writes * (part + 1) / points;
                if (from < to) {
                    long write = random.nextLong(from, to);
                    Tear tear = TEARS[random.nextInt(TEARS.length)];
                    if (point(steps, write, tear) != Script.Outcome.KEPT) {
                        throw new AssertionError(
                                steps + " had " + writes + " writes, and write " + write + " never came");
                    }
                }
            }
        }
    }

    private void everyPoint(List<Step> steps, Tear tear) throws StoreException {
        Script.Outcome outcome = Script.Outcome.KEPT;
        for (int write = 0; outcome == Script.Outcome.KEPT; write++) {
            outcome = point(steps, write, tear);
        }
    }

    private Script.Outcome point(List<Step> steps, long write, Tear tear) throws StoreException {
        Script.Try attempt = script.new Try();
        try {
            return attempt.crashing(steps, write, tear);
        } catch (SimProblem problem) {
            throw new AssertionError(steps + ", power lost in write " + write + ", torn " + tear, problem);
        } finally {
            count(attempt);
        }
    }

    /** Answers how many writes there were. */
    private long end(List<Step> steps, Tear tear) throws StoreException {
        Script.Try attempt = script.new Try();
        try {
            return attempt.ending(steps, tear);
        } catch (SimProblem problem) {
            throw new AssertionError(steps + ", power lost at the end, torn " + tear, problem);
        } finally {
            count(attempt);
        }
    }

    private void count(Script.Try attempt) {
        states++;
        operations += attempt.operations();
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
            points.all(length);
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
            System.out.println("up to " + length + " steps: " + points.states + " states, " + points.operations
                    + " operations, " + seconds + " s");
        }
    }
}
