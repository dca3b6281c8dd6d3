package dev.sandstone.engine.meta;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much the file system under a folder can still take. */
final class FileSystemRoom {
    private FileSystemRoom() {}

    /** @throws MetadataException when it does not say */
    static long bytes(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            throw new MetadataException("metadata folder " + folder + ": its free space cannot be read: " + e, e);
        }
    }
}
