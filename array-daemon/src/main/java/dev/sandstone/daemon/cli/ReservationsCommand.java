package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.Reservations;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code san volume reservations}. */
@Command(
        name = "reservations",
        description = {
            "Show who has reserved a volume and who is registered, or take all of that away.",
            "For reservations that cannot be read, and those of hosts that never come back."
        })
final class ReservationsCommand extends ClientCommand {
    @Parameters(paramLabel = "NAME", description = "The volume.")
    String name = "";

    @Option(names = "--clear", description = "Take all reservations and registrations away; every initiator is told.")
    boolean clear;

    @Option(names = "--yes", description = "Do not ask.")
    boolean yes;

    @Override
    int run(ApiClient client, Terminal terminal) {
        String path = VolumeCommands.path(name) + "/reservations";
        if (clear) {
            confirm(terminal, yes, "This lets every host that is granted volume " + name + " write to it.", name);
            client.delete(path);
        }
        Reservations.View now = client.get(path, Reservations.View.class);
        if (options.json) {
            terminal.json(now);
            return ExitCode.OK;
        }
        terminal.table(
                List.of("VOLUME " + name, ""),
                List.of(
                        List.of("state", now.state()),
                        List.of("type", now.type() == null ? "none" : now.type()),
                        List.of("held by RESERVE", now.heldByReserve() ? "yes" : "no")));
        if (!now.registrations().isEmpty()) {
            terminal.table(
                    List.of("INITIATOR", "PORTAL", "KEY", "HOLDS"),
                    now.registrations().stream()
                            .map(one -> List.of(
                                    one.initiator(),
                                    Integer.toString(one.portal()),
                                    one.key(),
                                    one.holds() ? "yes" : "no"))
                            .toList());
        }
        return ExitCode.OK;
    }
}
