package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.Copies;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.Sizes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code san volume copy}. */
@Command(
        name = "copy",
        description = {
            "Let a volume hold what another one holds, independent of it from the first; made when there is none.",
            "The array copies by itself, shared where that is possible; the command waits for the end."
        })
final class CopyCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "SOURCE[@SNAPSHOT]", description = "The volume, now or as a snapshot.")
    String source = "";

    @Parameters(index = "1", paramLabel = "DESTINATION", description = "The volume that is to hold the same.")
    String destination = "";

    @Option(names = "--overwrite", description = "An existing destination loses what it holds.")
    boolean overwrite;

    @Option(names = "--force", description = "Even while initiators that see the destination are logged in.")
    boolean force;

    @Option(names = "--yes", description = "Do not ask.")
    boolean yes;

    @Option(names = "--no-wait", description = "Only begin; volume copy-status tells how it goes.")
    boolean noWait;

    @Override
    int run(ApiClient client, Terminal terminal) {
        if (overwrite) {
            confirm(terminal, yes, "Volume " + destination + " loses what it holds.", destination);
        }
        int at = source.indexOf('@');
        @Nullable String snapshot = at < 0 ? null : source.substring(at + 1);
        String path = VolumeCommands.path(at < 0 ? source : source.substring(0, at)) + "/copy";
        Copies.View copy =
                client.post(path, new Copies.Start(destination, snapshot, overwrite, force), Copies.View.class);
        String status = VolumeCommands.path(destination) + "/copy";
        while (!noWait && copy.state().equals("running")) {
            rest();
            copy = client.get(status, Copies.View.class);
        }
        if (copy.cause() != null) {
            throw new ApiException(
                    ErrorCode.COPY_FAILED,
                    "the copy has failed after " + Sizes.format(copy.copiedBytes()),
                    copy.cause(),
                    "see what the pool lacks with: san pool usage; then copy again with --overwrite");
        }
        return show(terminal, options.json, copy);
    }

    static int show(Terminal terminal, boolean json, Copies.View copy) {
        if (json) {
            terminal.json(copy);
            return ExitCode.OK;
        }
        terminal.table(
                List.of("SOURCE", "DESTINATION", "STATE", "COPIED", "OF"),
                List.of(List.of(
                        copy.source(),
                        copy.destination(),
                        copy.state(),
                        Sizes.format(copy.copiedBytes()),
                        Sizes.format(copy.totalBytes()))));
        return ExitCode.OK;
    }

    /** {@code san volume copy-status}. */
    @Command(name = "copy-status", description = "Show how far the copy to a volume is, or how the last one ended.")
    static final class Status extends ClientCommand {
        @Parameters(paramLabel = "DESTINATION", description = "The volume that is copied to.")
        String destination = "";

        @Option(names = "--cancel", description = "End it; the destination then holds a part.")
        boolean cancel;

        @Override
        int run(ApiClient client, Terminal terminal) {
            String path = VolumeCommands.path(destination) + "/copy";
            if (cancel) {
                client.delete(path);
            }
            return show(terminal, options.json, client.get(path, Copies.View.class));
        }
    }
}
