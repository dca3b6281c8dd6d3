package dev.sandstone.daemon.demo;

import dev.sandstone.daemon.cli.Terminal;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Runs the demo's steps: a line for each with its time and its result. */
final class Steps {
    private final Terminal terminal;
    private int done;

    Steps(Terminal terminal) {
        this.terminal = terminal;
    }

    /** A step; answers what it found out, throws when something is not as it must be. */
    @FunctionalInterface
    interface Step {
        String run() throws Exception;
    }

    void step(String name, Step step) throws Exception {
        long begun = System.nanoTime();
        String result = step.run();
        double seconds = (System.nanoTime() - begun) / (double) TimeUnit.SECONDS.toNanos(1);
        done++;
        terminal.line(String.format(Locale.ROOT, "ok  %5.1f s  %-46s %s", seconds, name, result));
    }

    int done() {
        return done;
    }

    /** What must be so. */
    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
