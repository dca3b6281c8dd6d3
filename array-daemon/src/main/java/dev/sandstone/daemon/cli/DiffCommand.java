package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.PathSegment;
import dev.sandstone.daemon.api.Sizes;
import dev.sandstone.daemon.api.VolumeTimes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code san snapshot diff}. */
@Command(
        name = "diff",
        description = {
            "List what differs between two moments of a volume, as extents of bytes.",
            "A moment is a snapshot or a time: 2026-11-27T09:30:00Z, \"10s ago\"."
        })
final class DiffCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume.")
    String volume = "";

    @Parameters(index = "1", paramLabel = "FROM", description = "The earlier moment.")
    String from = "";

    @Parameters(index = "2", arity = "0..1", paramLabel = "TO", description = "The later moment; else now.")
    @Nullable
    String to;

    @Override
    int run(ApiClient client, Terminal terminal) {
        List<VolumeTimes.Extent> extents = new ArrayList<>();
        String earlier = from;
        String later = to == null ? "" : to;
        Long next = 0L;
        while (next != null) {
            String path = VolumeCommands.path(volume) + "/changes?from=" + PathSegment.encoded(earlier)
                    + (later.isEmpty() ? "" : "&to=" + PathSegment.encoded(later)) + "&limit=4096&start=" + next;
            VolumeTimes.Changes part = client.get(path, VolumeTimes.Changes.class);
            part.extents().forEach(extent -> append(extents, extent));
            // Else "10s ago", or now, would be another moment in each part.
            earlier = part.from();
            later = part.to();
            next = part.next();
        }
        if (options.json) {
            terminal.json(extents);
            return ExitCode.OK;
        }
        terminal.table(
                List.of("OFFSET", "LENGTH"),
                extents.stream()
                        .map(extent ->
                                List.of(Long.toString(extent.offsetBytes()), Long.toString(extent.lengthBytes())))
                        .toList());
        long sum = extents.stream().mapToLong(VolumeTimes.Extent::lengthBytes).sum();
        terminal.line(extents.size() + (extents.size() == 1 ? " extent, " : " extents, ") + Sizes.format(sum));
        return ExitCode.OK;
    }

    /** What touches across two parts of the answer is one extent. */
    private static void append(List<VolumeTimes.Extent> extents, VolumeTimes.Extent extent) {
        int last = extents.size() - 1;
        if (last >= 0) {
            VolumeTimes.Extent before = extents.get(last);
            if (before.offsetBytes() + before.lengthBytes() == extent.offsetBytes()) {
                extents.set(
                        last,
                        new VolumeTimes.Extent(before.offsetBytes(), before.lengthBytes() + extent.lengthBytes()));
                return;
            }
        }
        extents.add(extent);
    }
}
