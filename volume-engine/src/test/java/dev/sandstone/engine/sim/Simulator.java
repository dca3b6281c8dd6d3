package dev.sandstone.engine.sim;

import dev.sandstone.engine.store.StoreException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs the simulator for a range of seeds; also as a program: {@code Simulator SEEDS [FIRST]}. */
public final class Simulator {
    private Simulator() {}

    /** What many runs did. */
    record Sum(long seeds, long crashes, long operations, long exhausted) {
        Sum plus(Simulation.Report report) {
            return new Sum(
                    seeds + 1,
                    crashes + report.crashes(),
                    operations + report.operations(),
                    exhausted + report.exhausted());
        }
    }

    /** Runs one seed; null when every promise was kept, else what was broken and how to see it again. */
    public static @Nullable String broken(long seed) {
        try {
            new Simulation(seed).run();
            return null;
        } catch (StoreException | RuntimeException | Error e) {
            return describe(seed, e);
        }
    }

    static String describe(long seed, Throwable e) {
        StringBuilder where = new StringBuilder();
        for (StackTraceElement frame : e.getStackTrace()) {
            if (where.length() < 1500 && frame.getClassName().startsWith("dev.sandstone")) {
                where.append("\n    at ").append(frame);
            }
        }
        return "seed " + seed + ": " + e + where + "\nrepeat: -Dsandstone.sim.seeds=1 -Dsandstone.sim.first=" + seed
                + " -Dtest=SimulatorTest";
    }

    /** Runs the seeds; throws at the first that fails. */
    static Sum run(long first, long seeds) {
        Sum sum = new Sum(0, 0, 0, 0);
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                sum = sum.plus(new Simulation(seed).run());
            } catch (StoreException | RuntimeException | Error e) {
                throw new AssertionError(describe(seed, e), e);
            }
        }
        return sum;
    }

    /** Runs all seeds and says which failed. */
    public static void main(String[] arguments) {
        long seeds = Long.parseLong(arguments[0]);
        long first = arguments.length > 1 ? Long.parseLong(arguments[1]) : 0;
        long began = System.nanoTime();
        Sum sum = new Sum(0, 0, 0, 0);
        long failed = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                sum = sum.plus(new Simulation(seed).run());
            } catch (StoreException | RuntimeException | Error e) {
                failed++;
                System.out.println(describe(seed, e));
            }
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        System.out.println(sum + ", failed " + failed + ", " + millis + " ms");
    }
}
