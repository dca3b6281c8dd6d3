package dev.sandstone.system;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The programs of others that tests drive. */
final class Tools {
    private Tools() {}

    /**
     * Requires a program. Where CI=true its absence fails the test; elsewhere the test is skipped and names the package.
     */
    static void require(String program, String debianPackage) {
        boolean there = List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)))
                || Files.isExecutable(Path.of("/usr/sbin", program));
        demand(there, program + " is not installed: apt-get install " + debianPackage);
    }

    static void demand(boolean met, String missing) {
        if ("true".equals(System.getenv("CI"))) {
            Assertions.assertTrue(met, missing);
        } else {
            Assumptions.assumeTrue(met, missing);
        }
    }

    /** What a program printed and how it ended. */
    record Result(int exit, String out) {}

    /** Runs a program to its end, standard error in the output; ends it when it takes longer than allowed. */
    static Result run(Duration limit, String... command) throws IOException {
        Path out = Files.createTempFile("tool", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(out.toFile())
                    .start();
            boolean ended = waitFor(process, limit);
            if (!ended) {
                process.destroyForcibly();
                waitFor(process, Duration.ofSeconds(10));
            }
            String text = Files.readString(out, StandardCharsets.ISO_8859_1);
            return ended
                    ? new Result(process.exitValue(), text)
                    : new Result(124, text + "\n(ended: took longer than " + limit + ")");
        } finally {
            Files.deleteIfExists(out);
        }
    }

    /** Runs a program that must succeed. */
    static String must(Duration limit, String... command) throws IOException {
        Result result = run(limit, command);
        Assertions.assertEquals(0, result.exit(), () -> String.join(" ", command) + "\n" + result.out());
        return result.out();
    }

    /** Lets load run for a while: how long decides where a crash falls, not whether a test passes. */
    static void pause(long milliseconds) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(milliseconds));
    }

    static boolean waitFor(Process process, Duration limit) throws IOException {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }
}
