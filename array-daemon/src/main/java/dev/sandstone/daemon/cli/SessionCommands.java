package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.Sessions;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code san session}. */
@Command(
        name = "session",
        description = "Sessions: who is logged in.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = SessionCommands.ListAll.class)
final class SessionCommands extends NounCommand {

    @Command(name = "list", description = "List the iSCSI sessions.")
    static final class ListAll extends ClientCommand {
        @Override
        int run(ApiClient client, Terminal terminal) {
            List<Sessions.View> sessions =
                    client.get("/api/v1/sessions", Sessions.Page.class).items();
            if (options.json) {
                terminal.json(sessions);
                return ExitCode.OK;
            }
            terminal.table(
                    List.of("INITIATOR", "HOST", "ADDRESS", "TYPE", "DIGESTS", "COMMANDS"),
                    sessions.stream()
                            .map(session -> List.of(
                                    session.initiator(),
                                    session.host(),
                                    session.address(),
                                    session.type(),
                                    digests(session),
                                    Long.toString(session.commands())))
                            .toList());
            return ExitCode.OK;
        }

        private static String digests(Sessions.View session) {
            if (session.headerDigest()) {
                return session.dataDigest() ? "header, data" : "header";
            }
            return session.dataDigest() ? "data" : "none";
        }
    }
}
