package dev.sandstone.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** Reads {@code san.toml}. */
public final class ConfigFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final int DEFAULT_CONNECTIONS = 1024;
    private static final int DEFAULT_VOLUMES = 4096;

    private ConfigFile() {}

    /**
     * The configuration in the file.
     *
     * @throws ConfigException when it cannot be read, is no TOML, or holds a key or a value that means nothing
     */
    public static ArrayConfig load(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        return parse(absolute, read(absolute));
    }

    static ArrayConfig parse(Path file, String text) {
        TableReader root = new TableReader(file, "", tree(file, text), KeyPositions.of(text));
        Path parent = file.getParent();
        Path dir = parent == null ? Path.of("").toAbsolutePath() : parent;
        ArrayConfig config = new ArrayConfig(
                dir,
                pool(root.table("pool"), dir),
                iscsi(root.table("iscsi")),
                api(root.table("api"), dir),
                limits(root.table("limits")),
                log(root.table("log")));
        root.finish();
        return config;
    }

    private static ArrayConfig.Pool pool(TableReader table, Path dir) {
        Optional<Path> device = table.has("device")
                ? Optional.of(table.parsed("device", "", value -> pathIn(dir, value)))
                : Optional.empty();
        List<Path> disks = table.list("disks", List.of(), value -> pathIn(dir, value));
        if (device.isPresent() && !disks.isEmpty()) {
            throw table.error(
                    "disks", "pool.device and pool.disks exclude each other", "list the device in pool.disks");
        }
        ArrayConfig.Pool pool = new ArrayConfig.Pool(
                device,
                disks,
                table.size("cache", 0),
                table.size("read_cache", ArrayConfig.Pool.CHOOSE),
                table.bool("io_uring", true));
        table.finish();
        return pool;
    }

    private static ArrayConfig.Iscsi iscsi(TableReader table) {
        List<HostPort> standard = List.of(new HostPort("127.0.0.1", 3260));
        List<HostPort> portals = table.list("portals", standard, HostPort::parse);
        if (portals.isEmpty()) {
            throw table.error("portals", "iscsi.portals is empty", "name at least one address, such as 0.0.0.0:3260");
        }
        ArrayConfig.Iscsi iscsi = new ArrayConfig.Iscsi(
                portals,
                table.integer("loops", 0, 0, 256),
                table.integer("stall_ms", ArrayConfig.Iscsi.STALL_MILLIS, 0, 60_000));
        table.finish();
        return iscsi;
    }

    private static ArrayConfig.Api api(TableReader table, Path dir) {
        Optional<HostPort> listen =
                table.has("listen") ? Optional.of(table.parsed("listen", "", HostPort::parse)) : Optional.empty();
        ArrayConfig.Api api = new ArrayConfig.Api(
                listen, table.parsed("token_file", "secrets/admin-token.sha256", value -> pathIn(dir, value)));
        table.finish();
        return api;
    }

    private static ArrayConfig.Limits limits(TableReader table) {
        ArrayConfig.Limits limits = new ArrayConfig.Limits(
                table.integer("connections", DEFAULT_CONNECTIONS, 1, 100_000),
                table.integer("volumes", DEFAULT_VOLUMES, 1, 16_384));
        table.finish();
        return limits;
    }

    private static ArrayConfig.Log log(TableReader table) {
        ArrayConfig.Log log = new ArrayConfig.Log(
                table.parsed("level", "info", value -> constant(ArrayConfig.Log.Level.class, value)),
                table.parsed("format", "auto", value -> constant(ArrayConfig.Log.Format.class, value)));
        table.finish();
        return log;
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String value) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("\"" + value + "\" is not one of "
                + Stream.of(type.getEnumConstants())
                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", ")));
    }

    private static Path pathIn(Path dir, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("a path is missing");
        }
        // InvalidPathException is an IllegalArgumentException: the table reader reports it in place.
        return dir.resolve(value).normalize();
    }

    private static JsonNode tree(Path file, String text) {
        try {
            return new TomlMapper().readTree(text);
        } catch (JacksonException bad) {
            TokenStreamLocation at = bad.getLocation();
            Position position = at == null || at.getLineNr() < 1
                    ? null
                    : new Position(at.getLineNr(), Math.max(1, at.getColumnNr()));
            throw new ConfigException(
                    file, position, "not TOML: " + bad.getOriginalMessage(), "correct the syntax at this place");
        }
    }

    private static String read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException(file, null, "larger than 1 MiB", "name the array's san.toml");
            }
            return Files.readString(file);
        } catch (NoSuchFileException absent) {
            throw new ConfigException(file, null, "no such file", "create an array with: san init DIR");
        } catch (CharacterCodingException notUtf8) {
            throw new ConfigException(file, null, "not UTF-8 text", "save the file as UTF-8");
        } catch (IOException failed) {
            throw new ConfigException(file, null, "cannot be read: " + failed, "check the file and its permissions");
        }
    }
}
