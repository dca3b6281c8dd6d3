package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.Hosts;
import dev.sandstone.daemon.api.PathSegment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code san host}. */
@Command(
        name = "host",
        description = "Hosts: initiators that may be granted volumes.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            HostCommands.Create.class,
            HostCommands.ListAll.class,
            HostCommands.Show.class,
            HostCommands.Destroy.class
        })
final class HostCommands extends NounCommand {
    private static final String PATH = "/api/v1/hosts";

    private static List<String> row(Hosts.View host) {
        String user = host.chapUser();
        String mutual = host.mutualUser();
        return List.of(host.name(), host.iqn(), user == null ? "none" : user, mutual == null ? "none" : mutual);
    }

    private static int show(Terminal terminal, boolean json, Hosts.View host) {
        if (json) {
            terminal.json(host);
        } else {
            table(terminal, List.of(host));
        }
        return ExitCode.OK;
    }

    private static void table(Terminal terminal, List<Hosts.View> hosts) {
        terminal.table(
                List.of("NAME", "INITIATOR", "CHAP USER", "MUTUAL USER"),
                hosts.stream().map(HostCommands::row).toList());
    }

    /** A secret from a file, without the line end that editors add. */
    private static @Nullable String secret(@Nullable Path file) {
        if (file == null) {
            return null;
        }
        try {
            if (Files.size(file) > 4096) {
                throw new ApiException(
                        ErrorCode.USAGE, file + " is no file of a secret", "it has over 4 KiB", "name the right file");
            }
            return Files.readString(file).replaceFirst("\\r?\\n\\z", "");
        } catch (IOException failed) {
            throw new ApiException(
                    ErrorCode.USAGE,
                    "cannot read the secret from " + file,
                    String.valueOf(failed),
                    "name a text file that you may read",
                    failed);
        }
    }

    @Command(name = "create", description = "Define a host; the same again answers the existing one.")
    static final class Create extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The host's name in the array.")
        String name = "";

        @Option(
                names = "--iqn",
                required = true,
                paramLabel = "IQN",
                description = "Its initiator name, on Linux in /etc/iscsi/initiatorname.iscsi.")
        String iqn = "";

        @Option(names = "--chap-user", paramLabel = "U", description = "The CHAP name that the host proves.")
        @Nullable
        String chapUser;

        @Option(names = "--chap-secret-file", paramLabel = "F", description = "Its secret: 12 to 255 bytes in a file.")
        @Nullable
        Path chapSecretFile;

        @Option(names = "--mutual-user", paramLabel = "U", description = "The CHAP name that the array proves.")
        @Nullable
        String mutualUser;

        @Option(names = "--mutual-secret-file", paramLabel = "F", description = "Its secret, another one.")
        @Nullable
        Path mutualSecretFile;

        @Override
        int run(ApiClient client, Terminal terminal) {
            Hosts.Create request =
                    new Hosts.Create(name, iqn, chapUser, secret(chapSecretFile), mutualUser, secret(mutualSecretFile));
            return show(terminal, options.json, client.post(PATH, request, Hosts.View.class));
        }
    }

    @Command(name = "list", description = "List the hosts.")
    static final class ListAll extends ClientCommand {
        @Override
        int run(ApiClient client, Terminal terminal) {
            List<Hosts.View> hosts = client.get(PATH, Hosts.Page.class).items();
            if (options.json) {
                terminal.json(hosts);
            } else {
                table(terminal, hosts);
            }
            return ExitCode.OK;
        }
    }

    @Command(name = "show", description = "Show a host; its secrets are never shown.")
    static final class Show extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The host.")
        String name = "";

        @Override
        int run(ApiClient client, Terminal terminal) {
            return show(terminal, options.json, client.get(PATH + "/" + PathSegment.of(name), Hosts.View.class));
        }
    }

    @Command(name = "destroy", description = "Forget a host that has no grants.")
    static final class Destroy extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The host.")
        String name = "";

        @Option(names = "--yes", description = "Do not ask.")
        boolean yes;

        @Override
        int run(ApiClient client, Terminal terminal) {
            confirm(terminal, yes, "This forgets host " + name + ".", name);
            client.delete(PATH + "/" + PathSegment.of(name));
            return done(terminal, options.json, "destroyed " + name);
        }
    }
}
