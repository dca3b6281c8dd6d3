package dev.sandstone.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sandstone.daemon.cli.CommandLines;
import dev.sandstone.daemon.cli.SanCommand;
import dev.sandstone.daemon.demo.DemoCommand;
import dev.sandstone.daemon.process.InitCommand;
import dev.sandstone.daemon.process.ServeCommand;
import java.io.PrintWriter;
import picocli.CommandLine;

/** {@code san}: joins the commands that speak to an array with those that run one. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, UTF_8);
        System.exit(commandLine(out, err).execute(arguments));
    }

    /** All commands. */
    public static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        CommandLine root = new CommandLine(new SanCommand())
                .addSubcommand(new ServeCommand())
                .addSubcommand(new InitCommand())
                .addSubcommand(new DemoCommand());
        return CommandLines.prepare(root, out, err);
    }
}
