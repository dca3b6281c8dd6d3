package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code san}: the root of all commands. Those that run an array are added by the process. */
@Command(
        name = "san",
        description = "Sandstone: a software iSCSI SAN array.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = SanCommand.VersionText.class,
        subcommands = {
            VolumeCommands.class,
            SnapshotCommands.class,
            GroupCommands.class,
            HostCommands.class,
            GrantCommands.class,
            SessionCommands.class,
            PortalCommands.class,
            PoolCommands.class,
            SanCommand.ShowVersion.class
        },
        footerHeading = "%nExit codes:%n",
        footer = {
            "0 ok, 1 internal error, 2 usage, 3 not found, 4 conflict, 5 not permitted,",
            "6 cannot connect, 7 timeout, 8 partly done, 9 no space, 10 dry run would change"
        })
public final class SanCommand extends NounCommand {
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    boolean version;

    static final class VersionText implements picocli.CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"sandstone " + Version.current()};
        }
    }

    @Command(name = "version", description = "Show the version.")
    static final class ShowVersion implements Callable<Integer> {
        @Spec
        CommandSpec spec = CommandSpec.create();

        @Option(names = "--json", description = "Print JSON.")
        boolean json;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help.")
        boolean help;

        @Override
        public Integer call() {
            Terminal terminal = CommandLines.terminal(spec.commandLine());
            if (json) {
                terminal.json(new Version(Version.current()));
            } else {
                terminal.line("sandstone " + Version.current());
            }
            return 0;
        }
    }
}
