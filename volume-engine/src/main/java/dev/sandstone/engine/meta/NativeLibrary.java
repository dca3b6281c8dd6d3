package dev.sandstone.engine.meta;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * Loads RocksDB's native code, once, when first needed, and leaves no file behind.
 *
 * <p>The library's own loader extracts to a temporary file that a killed process never removes. This one removes the
 * file as soon as it is mapped.
 */
final class NativeLibrary {
    private static boolean loaded;

    private NativeLibrary() {}

    static synchronized void load() {
        if (loaded) {
            return;
        }
        try {
            extractAndLoad();
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new MetadataException(
                    "RocksDB's native library cannot be loaded: " + e.getMessage()
                            + "; it needs room for 20 MB in a folder whose files may be executed: set java.io.tmpdir",
                    e);
        }
        loaded = true;
    }

    private static void extractAndLoad() throws IOException {
        String resource = Environment.getJniLibraryFileName("rocksdb");
        Path folder = Files.createTempDirectory("sandstone-native-");
        // The name that RocksDB looks for in a folder, which is not that of its own resource.
        Path library = folder.resolve(Environment.getJniLibraryFileName("rocksdbjni"));
        try (InputStream bytes = RocksDB.class.getClassLoader().getResourceAsStream(resource)) {
            if (bytes == null) {
                throw new IOException(resource + " is not on the class path");
            }
            Files.copy(bytes, library);
            RocksDB.loadLibrary(List.of(folder.toString()));
        } finally {
            Files.deleteIfExists(library);
            Files.delete(folder);
        }
    }
}
