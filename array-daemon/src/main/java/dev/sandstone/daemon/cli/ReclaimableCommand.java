package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.Sizes;
import dev.sandstone.daemon.api.Snapshots;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code san snapshot reclaimable}. */
@Command(
        name = "reclaimable",
        description = {
            "Tell what deleting these snapshots together would give back; nothing is deleted.",
            "What several of them share goes with the last one: it is more than their single figures added up."
        })
final class ReclaimableCommand extends ClientCommand {
    @Parameters(arity = "1..*", paramLabel = "VOLUME@NAME", description = "The snapshots, of any volumes.")
    List<String> snapshots = new ArrayList<>();

    @Override
    int run(ApiClient client, Terminal terminal) {
        Snapshots.Reclaimable answer = client.post(
                "/api/v1/snapshots/reclaimable", new Snapshots.Chosen(snapshots), Snapshots.Reclaimable.class);
        if (options.json) {
            terminal.json(answer);
        } else {
            int count = answer.snapshots().size();
            terminal.line("deleting " + (count == 1 ? "this snapshot" : "these " + count + " snapshots")
                    + " gives back " + Sizes.format(answer.reclaimableBytes()));
        }
        return ExitCode.OK;
    }
}
