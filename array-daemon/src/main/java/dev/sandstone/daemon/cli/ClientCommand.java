package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.ExitCode;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that speaks to a running array. */
abstract class ClientCommand implements Callable<Integer> {
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    @Mixin
    ClientOptions options = new ClientOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    /** Does it; answers the exit code, or throws ApiException. */
    abstract int run(ApiClient client, Terminal terminal);

    @Override
    public Integer call() {
        Terminal terminal = CommandLines.terminal(spec.commandLine());
        try {
            return run(options.client(), terminal);
        } catch (ApiException failure) {
            return terminal.fail(failure, options.json);
        }
    }

    /** Whether something that loses or replaces data may be done: told so, or asked on a terminal. */
    static void confirm(Terminal terminal, boolean yes, String what, String name) {
        if (yes) {
            return;
        }
        boolean confirmed = Terminal.interactive() && terminal.confirm(what + " Type " + name + " to go on:", name);
        if (!confirmed) {
            throw new ApiException(
                    ErrorCode.USAGE, "nothing was changed", "it was not confirmed", "confirm with --yes");
        }
    }

    /** Before what takes long is asked about again. */
    static void rest() {
        LockSupport.parkNanos(REST_NANOS);
    }

    static int done(Terminal terminal, boolean json, String what) {
        if (json) {
            terminal.line("{}");
        } else {
            terminal.line(what);
        }
        return ExitCode.OK;
    }
}
