package dev.sandstone.daemon.cli;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.Pools;
import dev.sandstone.daemon.api.Sizes;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code san pool}. */
@Command(
        name = "pool",
        description = "The pool: the disks that all volumes share.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PoolCommands.Usage.class,
            PoolCommands.Check.class,
            DiskCommands.ListAll.class,
            DiskCommands.Add.class,
            DiskCommands.Remove.class,
            DiskCommands.Replace.class,
            DiskCommands.Grow.class,
            DiskCommands.Scrub.class
        })
final class PoolCommands extends NounCommand {
    @Command(name = "usage", description = "Show where the pool's bytes are.")
    static final class Usage extends ClientCommand {
        @Override
        int run(ApiClient client, Terminal terminal) {
            Pools.Usage usage = client.get("/api/v1/pool", Pools.Usage.class);
            if (options.json) {
                terminal.json(usage);
                return ExitCode.OK;
            }
            terminal.table(
                    List.of("POOL", ""),
                    List.of(
                            List.of("capacity", Sizes.format(usage.capacityBytes())),
                            List.of("live", Sizes.format(usage.liveBytes())),
                            List.of("garbage", Sizes.format(usage.garbageBytes())),
                            List.of("free", Sizes.format(usage.freeBytes())),
                            List.of("reserve", Sizes.format(usage.reserveBytes())),
                            List.of("metadata", Sizes.format(usage.metadataBytes())),
                            List.of("provisioned", Sizes.format(usage.provisionedBytes()))));
            return ExitCode.OK;
        }
    }

    @Command(
            name = "check",
            description = {
                "Verify every invariant of the pool while it works; the command waits for the end.",
                "All data is read, of every disk."
            })
    static final class Check extends ClientCommand {
        @Option(names = "--status", description = "Only tell how far it is, or what the last one found.")
        boolean status;

        @Option(names = "--no-wait", description = "Only begin.")
        boolean noWait;

        @Override
        int run(ApiClient client, Terminal terminal) {
            Pools.Check check;
            if (status) {
                check = client.get(PoolChecker.PATH, Pools.Check.class);
            } else {
                check = noWait ? PoolChecker.start(client) : PoolChecker.run(client);
            }
            PoolChecker.ended(check);
            boolean done = check.state().equals("done");
            if (options.json) {
                terminal.json(check);
            } else {
                check.findings().forEach(terminal::line);
                terminal.line(done ? verdict(check) : progress(check));
            }
            if (done && !check.sound()) {
                throw new ApiException(
                        ErrorCode.POOL_UNSOUND,
                        "the pool is not sound",
                        count(check) + ", listed on standard output",
                        "write blocks that are lost anew, from a backup; with all else keep the data and report it");
            }
            return ExitCode.OK;
        }

        private static String verdict(Pools.Check check) {
            return check.sound() ? "sound" : count(check);
        }

        private static String count(Pools.Check check) {
            int findings = check.findings().size();
            return findings + (findings == 1 ? " finding" : " findings");
        }

        private static String progress(Pools.Check check) {
            return check.state().equals("running")
                    ? "running: " + check.done() + " of " + check.segments() + " segments"
                    : "not checked since the array was started";
        }
    }
}
