package dev.sandstone.daemon.process;

import dev.sandstone.config.HostPort;
import dev.sandstone.daemon.admin.Names;
import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.catalog.ArrayEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** What holds where a command says nothing. */
final class Defaults {
    static final int MAX_CONNECTIONS = 4096;
    static final int MAX_VOLUMES = 4096;
    static final HostPort FREE_PORT = new HostPort("127.0.0.1", 0);

    private static final long UNIT = 64 << 20;
    private static final long MOST = 1L << 40;

    private Defaults() {}

    /** A new array: the name given, or one of its own. */
    static ArrayEntry array(String name) {
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        String chosen = name.isEmpty() ? "san-" + HexFormat.of().formatHex(random) : Names.check("array", name);
        return new ArrayEntry(chosen.toLowerCase(Locale.ROOT), UUID.randomUUID());
    }

    /** The capacity of a new image file: 80 % of what the folder's disk has free, at most 1 TiB; it is sparse at first. */
    static long capacity(Path folder) {
        try {
            Path existing = folder.toAbsolutePath().normalize();
            while (!Files.exists(existing) && existing.getParent() != null) {
                existing = existing.getParent();
            }
            long usable = Files.getFileStore(existing).getUsableSpace();
            return Math.min(MOST, usable / 5 * 4 / UNIT * UNIT);
        } catch (IOException failed) {
            throw new ApiException(
                    ErrorCode.NOT_PERMITTED,
                    "cannot tell how much room " + folder + " has",
                    String.valueOf(failed),
                    "say --capacity",
                    failed);
        }
    }

    /** The capacity of each image when several are made: the disks may share a file system. */
    static long capacity(List<Path> disks) {
        return disks.stream().mapToLong(Defaults::capacity).min().orElse(MOST) / disks.size() / UNIT * UNIT;
    }

    /** Addresses as the command line gives them. */
    static List<HostPort> addresses(List<String> given, List<HostPort> otherwise) {
        return given.isEmpty()
                ? otherwise
                : given.stream().map(Defaults::address).toList();
    }

    static HostPort address(String given) {
        try {
            return HostPort.parse(given);
        } catch (IllegalArgumentException bad) {
            throw new ApiException(
                    ErrorCode.USAGE, String.valueOf(bad.getMessage()), "the option cannot be read", "correct it", bad);
        }
    }
}
