package dev.sandstone.daemon.folder;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.catalog.ArrayEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file that says what a folder is.
 *
 * @param format version of the folder's layout
 * @param state {@code creating} or {@code ready}
 */
record FolderMarker(int format, String state, String name, UUID array) {
    static final String FILE = "sandstone.json";
    static final int FORMAT = 1;

    private static final String CREATING = "creating";
    private static final String READY = "ready";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static FolderMarker creating(ArrayEntry entry) {
        return new FolderMarker(FORMAT, CREATING, entry.name(), entry.uuid());
    }

    FolderMarker completed() {
        return new FolderMarker(format, READY, name, array);
    }

    boolean ready() {
        return state.equals(READY);
    }

    ArrayEntry entry() {
        return new ArrayEntry(name, array);
    }

    /**
     * The marker in a folder, empty when there is none.
     *
     * @throws ApiException FOLDER_VERSION, or FOLDER_NOT_AN_ARRAY for a marker that cannot be read
     */
    static Optional<FolderMarker> read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        FolderMarker marker;
        try {
            marker = JSON.readValue(Files.readAllBytes(file), FolderMarker.class);
        } catch (IOException | JacksonException bad) {
            throw new ApiException(
                    ErrorCode.FOLDER_NOT_AN_ARRAY,
                    file + " cannot be understood",
                    String.valueOf(bad.getMessage()),
                    "restore the file from a copy; name another folder if this is no array's",
                    bad);
        }
        if (marker.format() != FORMAT) {
            throw new ApiException(
                    ErrorCode.FOLDER_VERSION,
                    folder + " was made by another version",
                    "its layout has version " + marker.format() + ", this program knows " + FORMAT,
                    "run it with the version of Sandstone that made it");
        }
        return Optional.of(marker);
    }

    /** Replaces the marker; durable on return. */
    void write(Path folder) throws IOException {
        Secrets.replace(folder.resolve(FILE), JSON.writeValueAsBytes(this));
    }
}
