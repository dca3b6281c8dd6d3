package dev.sandstone.daemon.process;

import dev.sandstone.config.ArrayConfig;
import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.ExitCode;
import dev.sandstone.daemon.api.Json;
import dev.sandstone.daemon.api.Sizes;
import dev.sandstone.daemon.assembly.PoolOpening;
import dev.sandstone.daemon.cli.CommandLines;
import dev.sandstone.daemon.cli.Terminal;
import dev.sandstone.daemon.folder.DataFolder;
import dev.sandstone.daemon.http.TokenCheck;
import dev.sandstone.engine.volume.PoolConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code san init}: makes a permanent array. */
@Command(
        name = "init",
        description = "Make a permanent array in an absent or empty folder; prints its admin token, once.")
public final class InitCommand implements Callable<Integer> {
    private static final HostPort PORTAL = new HostPort("0.0.0.0", 3260);
    private static final HostPort API = new HostPort("127.0.0.1", 8330);

    @Parameters(paramLabel = "DIR", description = "The array's folder.")
    Path dir = Path.of("");

    @Option(names = "--name", paramLabel = "NAME", description = "The array's name, a part of its target name.")
    String name = "";

    @Option(
            names = "--capacity",
            paramLabel = "SIZE",
            description = "Size of the image file; else 80 % of what is free.")
    String capacity = "";

    @Option(
            names = "--device",
            paramLabel = "PATH",
            description = "Keep the log on this block device instead of an image file; what it holds is lost.")
    @Nullable
    Path device;

    @Option(
            names = "--disk",
            paramLabel = "PATH",
            description = {
                "Keep the log on this disk, a folder or a block device; what a device holds is lost. May be repeated:",
                "each block is then on two of them. DIR keeps names, secrets and the block map."
            })
    List<Path> disks = new ArrayList<>();

    @Option(names = "--copies", paramLabel = "N", description = "With --disk: on how many disks each block is; else 2.")
    int copies = PoolConfigs.NewDisks.USUAL_COPIES;

    @Option(names = "--portal", paramLabel = "HOST:PORT", description = "Where initiators connect; else 0.0.0.0:3260.")
    List<String> portals = new ArrayList<>();

    @Option(names = "--api", paramLabel = "HOST:PORT", description = "Management interface; else 127.0.0.1:8330.")
    String api = "";

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Spec
    CommandSpec spec = CommandSpec.create();

    /** What is told once. */
    record Made(String name, String dir, String config, String token) {}

    @Override
    public Integer call() {
        Terminal terminal = CommandLines.terminal(spec.commandLine());
        String token = TokenCheck.newToken();
        long bytes = capacity.isEmpty() ? 0 : Sizes.parse(capacity);
        List<HostPort> listen = Defaults.addresses(portals, List.of(PORTAL));
        HostPort manage = api.isEmpty() ? API : Defaults.address(api);
        ArrayConfig.Pool log = log();
        PoolConfigs.NewDisks made = new PoolConfigs.NewDisks(bytes, copies);
        try (DataFolder folder = DataFolder.create(dir, Defaults.array(name))) {
            PoolOpening.make(pool(folder, log, made));
            folder.secrets().sealer();
            folder.secrets().keepToken(TokenCheck.ofToken(token).hex());
            write(folder.configuration(), configuration(listen, manage, log));
            folder.finish();
            tell(
                    terminal,
                    new Made(
                            folder.array().name(),
                            folder.path().toString(),
                            folder.configuration().toString(),
                            token));
        }
        return ExitCode.OK;
    }

    /** Where the log will be, in absolute paths. */
    private ArrayConfig.Pool log() {
        if (device != null && !disks.isEmpty()) {
            throw new ApiException(
                    ErrorCode.USAGE,
                    "--device and --disk exclude each other",
                    "both say where the log is",
                    "use --disk");
        }
        return ArrayConfig.Pool.of(
                Optional.ofNullable(device).map(InitCommand::absolute),
                disks.stream().map(InitCommand::absolute).toList());
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private PoolConfig pool(DataFolder folder, ArrayConfig.Pool log, PoolConfigs.NewDisks made) {
        if (!log.disks().isEmpty()) {
            PoolConfigs.makeFolders(log.disks());
            long each = made.capacity() == 0 ? Defaults.capacity(log.disks()) : made.capacity();
            return PoolConfigs.disks(folder, log, new PoolConfigs.NewDisks(each, made.copies()));
        }
        return log.device()
                .map(path -> PoolConfigs.device(folder, path, log))
                .orElseGet(() -> PoolConfigs.folder(
                        folder, made.capacity() == 0 ? Defaults.capacity(dir) : made.capacity(), log));
    }

    private void tell(Terminal terminal, Made made) {
        if (json) {
            terminal.line(Json.text(made));
            return;
        }
        terminal.line("array " + made.name() + " is made in " + made.dir());
        terminal.line("admin token, shown this once: " + made.token());
        terminal.line("run it: san serve -c " + made.config());
    }

    private static String configuration(List<HostPort> portals, HostPort api, ArrayConfig.Pool log) {
        String listed = portals.stream().map(portal -> "\"" + portal + "\"").collect(Collectors.joining(", "));
        return String.format(Locale.ROOT, """
                # How this array runs. Volumes, hosts and grants are not here: see san volume, san host, san grant.

                [iscsi]
                portals = [%s]
                # loops = 0              # event loops; 0: half of the cores
                # stall_ms = 50          # the log names what holds up a loop longer; 0: not watched

                [pool]
                %s
                # cache = "512M"         # memory for block map and metadata
                # read_cache = "4G"      # memory for contents of blocks; unless said an eighth of the machine's
                # io_uring = true

                [api]
                listen = "%s"            # loopback only; the Unix socket api.sock is always there
                token_file = "secrets/admin-token.sha256"

                [limits]
                # connections = 1024
                # volumes = 4096

                [log]
                level = "info"           # error, warn, info, debug
                format = "auto"          # text on a terminal, else json
                """, listed, place(log), api);
    }

    private static String place(ArrayConfig.Pool log) {
        if (!log.disks().isEmpty()) {
            return log.disks().stream()
                    .map(disk -> "'" + disk + "'")
                    .collect(Collectors.joining(
                            ", ", "disks = [", "]     # where they were at first; the pool finds them itself"));
        }
        return log.device()
                .map(path -> "device = '" + path + "'")
                .orElse("# device = \"/dev/sdX\"    # absent: an image file in pool/");
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new ApiException(
                    ErrorCode.NOT_PERMITTED,
                    "cannot write " + file,
                    String.valueOf(failed),
                    "check the folder's permissions and free room",
                    failed);
        }
    }
}
