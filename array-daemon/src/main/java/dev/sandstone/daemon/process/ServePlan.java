package dev.sandstone.daemon.process;

import dev.sandstone.config.ArrayConfig;
import dev.sandstone.config.ConfigException;
import dev.sandstone.config.ConfigFile;
import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Sizes;
import dev.sandstone.daemon.assembly.ArraySetup;
import dev.sandstone.daemon.catalog.ArrayEntry;
import dev.sandstone.daemon.folder.DataFolder;
import dev.sandstone.daemon.http.TokenCheck;
import dev.sandstone.daemon.target.AccessRule;
import dev.sandstone.engine.volume.PoolConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code serve} will start.
 *
 * @param shownToken the token that READY tells; null when it was told before
 * @param dir the data folder; null when everything is in memory
 */
record ServePlan(
        ArraySetup setup,
        ArrayConfig.Log log,
        @Nullable String shownToken,
        @Nullable String dir) {

    /** The command line's options. */
    record Options(
            @Nullable Path dir,
            List<Path> disks,
            String capacity,
            String name,
            List<String> portals,
            String api,
            boolean json) {

        /** Where the array lives: with disks and no folder, on the first of them; null: in memory. */
        @Nullable
        Path home() {
            return dir == null && !disks.isEmpty() ? disks.get(0) : dir;
        }
    }

    static ServePlan ephemeral(Options options) {
        String token = TokenCheck.newToken();
        HostPort api = options.api().isEmpty() ? Defaults.FREE_PORT : Defaults.address(options.api());
        ArraySetup.Network network = new ArraySetup.Network(
                Defaults.addresses(options.portals(), List.of(Defaults.FREE_PORT)),
                0,
                ArrayConfig.Iscsi.STALL_MILLIS,
                Defaults.MAX_CONNECTIONS,
                Optional.of(api));
        ArrayConfig.Log log = new ArrayConfig.Log(
                ArrayConfig.Log.Level.INFO, options.json() ? ArrayConfig.Log.Format.JSON : ArrayConfig.Log.Format.AUTO);
        long asked = options.capacity().isEmpty() ? 0 : Sizes.parse(options.capacity());
        ArrayEntry ifNew = Defaults.array(options.name());
        Path dir = options.home();
        if (dir == null) {
            PoolConfig pool = new PoolConfig(
                    PoolConfig.Medium.MEMORY,
                    null,
                    null,
                    asked == 0 ? MachineMemory.pool() : asked,
                    MachineMemory.cache(),
                    false);
            return new ServePlan(
                    new ArraySetup(
                            ifNew,
                            Optional.empty(),
                            pool,
                            AccessRule.OPEN,
                            network,
                            TokenCheck.ofToken(token),
                            Defaults.MAX_VOLUMES),
                    log,
                    token,
                    null);
        }
        DataFolder folder = DataFolder.openOrCreate(dir, ifNew);
        try {
            ArraySetup setup = new ArraySetup(
                    folder.array(),
                    Optional.of(folder),
                    pool(folder, options.disks(), asked),
                    AccessRule.OPEN,
                    network,
                    TokenCheck.ofToken(token),
                    Defaults.MAX_VOLUMES);
            return new ServePlan(setup, log, token, folder.path().toString());
        } catch (RuntimeException failed) {
            folder.close();
            throw failed;
        }
    }

    private static PoolConfig pool(DataFolder folder, List<Path> disks, long asked) {
        ArrayConfig.Pool log = ArrayConfig.Pool.of(Optional.empty(), disks);
        if (disks.isEmpty()) {
            long capacity = !folder.isNew() ? 0 : asked == 0 ? Defaults.capacity(folder.path()) : asked;
            return PoolConfigs.folder(folder, capacity, log);
        }
        if (folder.isNew()) {
            PoolConfigs.makeFolders(disks);
        }
        long capacity = !folder.isNew() ? 0 : asked == 0 ? Defaults.capacity(disks) : asked;
        return PoolConfigs.disks(folder, log, new PoolConfigs.NewDisks(capacity, PoolConfigs.NewDisks.USUAL_COPIES));
    }

    static ServePlan permanent(Path file, Options options) {
        ArrayConfig config = load(file);
        DataFolder folder = DataFolder.open(config.dataDir());
        try {
            Optional<HostPort> api =
                    options.api().isEmpty() ? config.api().listen() : Optional.of(Defaults.address(options.api()));
            ArraySetup.Network network = new ArraySetup.Network(
                    Defaults.addresses(options.portals(), config.iscsi().portals()),
                    config.iscsi().loops(),
                    config.iscsi().stallMillis(),
                    config.limits().connections(),
                    api);
            ArraySetup setup = new ArraySetup(
                    folder.array(),
                    Optional.of(folder),
                    PoolConfigs.of(folder, config.pool()),
                    AccessRule.GRANTED,
                    network,
                    token(config.api().tokenFile()),
                    config.limits().volumes());
            return new ServePlan(setup, config.log(), null, folder.path().toString());
        } catch (RuntimeException failed) {
            folder.close();
            throw failed;
        }
    }

    private static ArrayConfig load(Path file) {
        try {
            return ConfigFile.load(file);
        } catch (ConfigException bad) {
            throw new ApiException(ErrorCode.USAGE, String.valueOf(bad.getMessage()), bad.problem(), bad.fix(), bad);
        }
    }

    private static TokenCheck token(Path file) {
        try {
            return TokenCheck.ofHex(Files.readString(file).strip());
        } catch (IOException | IllegalArgumentException bad) {
            throw new ApiException(
                    ErrorCode.USAGE,
                    "the admin token's hash cannot be read from " + file,
                    String.valueOf(bad.getMessage()),
                    "put the SHA-256 of a token there in hexadecimal, readable for the owner only",
                    bad);
        }
    }
}
