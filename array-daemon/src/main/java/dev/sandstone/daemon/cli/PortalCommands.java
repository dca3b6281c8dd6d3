package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.PathSegment;
import dev.sandstone.daemon.api.Portals;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code san portal}. */
@Command(
        name = "portal",
        description = "Portals: which paths are better, and where sessions are sent.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PortalCommands.ListAll.class, PortalCommands.Set.class})
final class PortalCommands extends NounCommand {
    private static final String PATH = "/api/v1/portals";

    private static void table(Terminal terminal, List<Portals.View> portals) {
        terminal.table(
                List.of("PORTAL", "ADDRESS", "ACCESS", "REDIRECT"),
                portals.stream()
                        .map(portal -> List.of(
                                Integer.toString(portal.id()), portal.address(), portal.access(), redirect(portal)))
                        .toList());
    }

    private static String redirect(Portals.View portal) {
        String to = portal.redirect();
        if (to == null) {
            return "";
        }
        return portal.redirectPermanent() ? to + ", for good" : to;
    }

    @Command(name = "list", description = "List the portals; each is a target port group of its own.")
    static final class ListAll extends ClientCommand {
        @Override
        int run(ApiClient client, Terminal terminal) {
            List<Portals.View> portals = client.get(PATH, Portals.Page.class).items();
            if (options.json) {
                terminal.json(portals);
            } else {
                table(terminal, portals);
            }
            return ExitCode.OK;
        }
    }

    @Command(name = "set", description = "Change a portal, for good; what is not named stays.")
    static final class Set extends ClientCommand {
        @Parameters(paramLabel = "PORTAL", description = "Its number, as listed.")
        String portal = "";

        @Option(
                names = "--access",
                paramLabel = "ACCESS",
                description = "optimized or non-optimized; initiators are told, and prefer the first.")
        @Nullable
        String access;

        @Option(
                names = "--redirect",
                paramLabel = "HOST:PORT|none",
                description = "Where new sessions are sent; those that are there stay.")
        @Nullable
        String redirect;

        @Option(names = "--permanent", description = "The redirect is for good: initiators may remember it.")
        boolean permanent;

        @Override
        int run(ApiClient client, Terminal terminal) {
            String to = "none".equals(redirect) ? "" : redirect;
            Portals.View changed = client.patch(
                    PATH + "/" + PathSegment.of(portal),
                    new Portals.Update(access, to, permanent ? Boolean.TRUE : null),
                    Portals.View.class);
            if (options.json) {
                terminal.json(changed);
            } else {
                table(terminal, List.of(changed));
            }
            return ExitCode.OK;
        }
    }
}
