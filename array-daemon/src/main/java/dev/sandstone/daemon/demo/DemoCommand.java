package dev.sandstone.daemon.demo;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.cli.CommandLines;
import dev.sandstone.daemon.cli.Terminal;
import dev.sandstone.daemon.folder.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code san demo}. */
@Command(
        name = "demo",
        description = {
            "Show what the array does, on real ones in a temporary folder: write and verify, kill -9 and recovery,",
            "snapshot and rollback, clone, a full pool, a lost disk. Ends with 0 only if every byte was as it must be."
        })
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--seed", paramLabel = "N", description = "What is written follows from it; else random.")
    @Nullable
    Long seed;

    @Option(names = "--keep", description = "Leave the temporary folder.")
    boolean keep;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Terminal terminal = CommandLines.terminal(spec.commandLine());
        Path scratch = Files.createTempDirectory("san-demo-");
        long chosen = seed == null ? new SecureRandom().nextLong() >>> 1 : seed;
        long begun = System.nanoTime();
        Steps steps = new Steps(terminal);
        try {
            new Demo(scratch, steps, chosen).run();
        } catch (ApiException known) {
            return terminal.fail(known, false);
        } catch (Exception failed) {
            keep = true;
            return terminal.fail(
                    new ApiException(
                            ErrorCode.INTERNAL,
                            "the demo failed after " + steps.done() + " steps",
                            String.valueOf(failed.getMessage()),
                            "report it with seed " + chosen + " and the log in " + scratch,
                            failed),
                    false);
        } finally {
            if (keep) {
                terminal.note("kept " + scratch);
            } else {
                Trees.delete(scratch);
            }
        }
        double seconds = (System.nanoTime() - begun) / (double) TimeUnit.SECONDS.toNanos(1);
        terminal.line(String.format(
                Locale.ROOT,
                "all %d steps done in %.1f s, %s",
                steps.done(),
                seconds,
                keep ? "data kept" : "nothing left behind"));
        return ExitCode.OK;
    }
}
