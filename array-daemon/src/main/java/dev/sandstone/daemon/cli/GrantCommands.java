package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.Grants;
import dev.sandstone.daemon.api.PathSegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code san grant}. */
@Command(
        name = "grant",
        description = "Grants: which host sees which volume.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {GrantCommands.Create.class, GrantCommands.ListAll.class, GrantCommands.Destroy.class})
final class GrantCommands extends NounCommand {
    private static final String PATH = "/api/v1/grants";

    private static void table(Terminal terminal, List<Grants.View> grants) {
        terminal.table(
                List.of("VOLUME", "HOST", "LUN", "ACCESS"),
                grants.stream()
                        .map(grant -> List.of(
                                grant.volume(),
                                grant.host(),
                                Integer.toString(grant.lun()),
                                grant.readOnly() ? "read-only" : "read-write"))
                        .toList());
    }

    @Command(name = "create", description = "Let a host see a volume; the same again answers the existing grant.")
    static final class Create extends ClientCommand {
        @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume.")
        String volume = "";

        @Parameters(index = "1", paramLabel = "HOST", description = "The host.")
        String host = "";

        @Option(names = "--lun", paramLabel = "N", description = "0 to 16383; else the volume's own number.")
        @Nullable
        Integer lun;

        @Option(names = "--read-only", description = "The host cannot write.")
        boolean readOnly;

        @Override
        int run(ApiClient client, Terminal terminal) {
            Grants.View grant = client.post(PATH, new Grants.Create(volume, host, lun, readOnly), Grants.View.class);
            if (options.json) {
                terminal.json(grant);
            } else {
                table(terminal, List.of(grant));
            }
            return ExitCode.OK;
        }
    }

    @Command(name = "list", description = "List the grants.")
    static final class ListAll extends ClientCommand {
        @Override
        int run(ApiClient client, Terminal terminal) {
            List<Grants.View> grants = client.get(PATH, Grants.Page.class).items();
            if (options.json) {
                terminal.json(grants);
            } else {
                table(terminal, grants);
            }
            return ExitCode.OK;
        }
    }

    @Command(name = "destroy", description = "Take a volume away from a host.")
    static final class Destroy extends ClientCommand {
        @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume.")
        String volume = "";

        @Parameters(index = "1", paramLabel = "HOST", description = "The host.")
        String host = "";

        @Option(names = "--yes", description = "Do not ask.")
        boolean yes;

        @Override
        int run(ApiClient client, Terminal terminal) {
            confirm(terminal, yes, "This takes volume " + volume + " away from host " + host + ".", host);
            client.delete(PATH + "/" + PathSegment.of(volume) + "/" + PathSegment.of(host));
            return done(terminal, options.json, "destroyed the grant of " + volume + " to " + host);
        }
    }
}
