package dev.sandstone.daemon.process;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an array says once it serves.
 *
 * @param portals {@code host:port} of each iSCSI portal
 * @param api URL of the management interface
 * @param token the admin token of an ephemeral array; null for a permanent one, which showed it once when it was made
 * @param dir the data folder; null when everything is in memory
 * @param startupMs from the start of the process
 */
public record ReadyLine(
        boolean ready,
        long pid,
        List<String> portals,
        String api,
        @Nullable String token,
        @Nullable String dir,
        long startupMs) {

    String json() {
        return Json.text(this);
    }

    /** Puts the line into a file of mode 0600, whole or not at all: who waits for the file never reads half of it. */
    void writeTo(Path file) {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.deleteIfExists(next);
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(next, json() + "\n", StandardCharsets.UTF_8);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new ApiException(
                    ErrorCode.NOT_PERMITTED,
                    "cannot write " + file,
                    String.valueOf(failed),
                    "give --ready-file a path that you may write",
                    failed);
        }
    }

    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new ApiException(
                    ErrorCode.NOT_PERMITTED,
                    "cannot remove the old " + file,
                    String.valueOf(failed),
                    "give --ready-file a path that you may write",
                    failed);
        }
    }
}
