package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import java.io.PrintWriter;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What all commands share: where they write, and how their failures are told. */
public final class CommandLines {
    private CommandLines() {}

    /** Sets up the root command: errors in one form, exit codes as fixed. */
    public static CommandLine prepare(CommandLine root, PrintWriter out, PrintWriter err) {
        root.setOut(out);
        root.setErr(err);
        Terminal terminal = new Terminal(out, err);
        root.setParameterExceptionHandler((exception, arguments) -> usage(exception, arguments, terminal));
        root.setExecutionExceptionHandler((exception, line, parsed) -> {
            boolean json = parsed.originalArgs().contains("--json");
            return terminal.fail(
                    exception instanceof ApiException known
                            ? known
                            : new ApiException(
                                    ErrorCode.INTERNAL,
                                    "the command failed",
                                    String.valueOf(exception),
                                    "report it with the command line",
                                    exception),
                    json);
        });
        return root;
    }

    /** The terminal of the process, or of a test, as the root command was set up. */
    public static Terminal terminal(CommandLine line) {
        return new Terminal(line.getOut(), line.getErr());
    }

    private static int usage(ParameterException exception, String[] arguments, Terminal terminal) {
        CommandLine line = exception.getCommandLine();
        String suggestion = "see " + line.getCommandSpec().qualifiedName() + " --help";
        if (exception instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            suggestion = "did you mean: " + String.join(", ", unmatched.getSuggestions()) + "?";
        }
        return terminal.fail(
                new ApiException(
                        ErrorCode.USAGE,
                        String.valueOf(exception.getMessage()),
                        "the command line cannot be understood",
                        suggestion,
                        exception),
                Arrays.asList(arguments).contains("--json"));
    }
}
