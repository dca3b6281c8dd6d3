package dev.sandstone.daemon.process;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.assembly.RunningArray;
import dev.sandstone.daemon.cli.CommandLines;
import dev.sandstone.daemon.cli.Terminal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code san serve}: runs an array until it is told to stop. */
@Command(
        name = "serve",
        description = {
            "Run an array until SIGTERM.",
            "A permanent one by its configuration (-c), or an ephemeral one: free loopback ports, no root, gone with",
            "the process unless --dir or --disk is given. When it serves, a line with its addresses goes to standard output."
        })
public final class ServeCommand implements Callable<Integer> {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The array's san.toml.")
    @Nullable
    Path config;

    @Option(names = "--ephemeral", description = "An array for a test or a try.")
    boolean ephemeral;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Ephemeral: keep the data there; the same DIR opens it again.")
    @Nullable
    Path dir;

    @Option(
            names = "--disk",
            paramLabel = "DIR",
            description = {
                "Ephemeral: keep the data on this disk, a folder; may be repeated: each block is then on two of them.",
                "Without --dir the array's own folder is the first of them."
            })
    List<Path> disks = new ArrayList<>();

    @Option(
            names = "--capacity",
            paramLabel = "SIZE",
            description = "Ephemeral: size of a new pool; with --disk of each disk.")
    String capacity = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Ephemeral: name of a new array, a part of its target name.")
    String name = "";

    @Option(names = "--portal", paramLabel = "HOST:PORT", description = "Where initiators connect; may be repeated.")
    List<String> portals = new ArrayList<>();

    @Option(
            names = "--api",
            paramLabel = "HOST:PORT",
            description = "Where the management interface listens; loopback.")
    String api = "";

    @Option(names = "--ready-file", paramLabel = "F", description = "Write the READY line there too.")
    @Nullable
    Path readyFile;

    @Option(names = "--json", description = "The READY line as JSON, also on a terminal; the log as JSON.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Terminal terminal = CommandLines.terminal(spec.commandLine());
        if (readyFile != null) {
            ReadyLine.remove(readyFile);
        }
        ServePlan plan = plan();
        LogSetup.apply(plan.log());
        RunningArray array = RunningArray.start(plan.setup());
        ReadyLine line = new ReadyLine(
                true,
                ProcessHandle.current().pid(),
                array.portals(),
                array.api(),
                plan.shownToken(),
                plan.dir(),
                ProcessAge.millis());
        stopOnSignal(array);
        if (readyFile != null) {
            line.writeTo(readyFile);
        }
        if (json || !Terminal.interactive()) {
            terminal.line(line.json());
        } else {
            greet(terminal, line, array.iqn());
        }
        awaitStop();
        return ExitCode.OK;
    }

    private ServePlan plan() {
        if (ephemeral == (config != null)) {
            throw new ApiException(
                    ErrorCode.USAGE,
                    "what to serve is not clear",
                    "either --ephemeral or -c FILE is needed, not both",
                    "say san serve --ephemeral, or san serve -c DIR/san.toml");
        }
        if (config != null && (dir != null || !disks.isEmpty() || !capacity.isEmpty() || !name.isEmpty())) {
            throw new ApiException(
                    ErrorCode.USAGE,
                    "--dir, --disk, --capacity and --name are for ephemeral arrays",
                    "a permanent array has what san init gave it",
                    "leave them away");
        }
        ServePlan.Options options = new ServePlan.Options(dir, disks, capacity, name, portals, api, json);
        return config == null ? ServePlan.ephemeral(options) : ServePlan.permanent(config, options);
    }

    private static void greet(Terminal terminal, ReadyLine line, String iqn) {
        terminal.line("ready in " + line.startupMs() + " ms, pid " + line.pid());
        terminal.line("target   " + iqn);
        line.portals().forEach(portal -> terminal.line("portal   " + portal));
        terminal.line(
                "manage   export SAN_API=" + line.api() + (line.token() == null ? "" : " SAN_TOKEN=" + line.token()));
        terminal.line("stop     Ctrl-C");
    }

    /** SIGTERM and Ctrl-C end the array in order; the process then ends with status 0, for it did what it was told. */
    private void stopOnSignal(RunningArray array) {
        Path ready = readyFile;
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("san-stop").unstarted(() -> {
                    try {
                        array.close();
                        if (ready != null) {
                            ReadyLine.remove(ready);
                        }
                    } finally {
                        Runtime.getRuntime().halt(ExitCode.OK);
                    }
                }));
    }

    private static void awaitStop() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("threads are not interrupted here", interrupted);
        }
    }
}
