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
 * file as soon as it is mapped. {@code ROCKSDB_SHAREDLIB_DIR} names a folder that already holds the library; then
 * nothing is extracted.
 */
final class NativeLibrary {
    private static final String FOLDER_VARIABLE = "ROCKSDB_SHAREDLIB_DIR";
    private static boolean loaded;

    private NativeLibrary() {}

    static synchronized void load() {
        if (loaded) {
            return;
        }
        String file = Environment.getJniLibraryFileName("rocksdb");
        String folder = System.getenv(FOLDER_VARIABLE);
        try {
            if (folder != null && Files.exists(Path.of(folder, file))) {
                RocksDB.loadLibrary(List.of(folder));
            } else {
                loadFromJar(file);
            }
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new MetadataException(
                    "RocksDB's native library " + file + " cannot be loaded: " + e.getMessage()
                            + "; it needs room for 20 MB in a folder whose files may be executed: set java.io.tmpdir, or "
                            + FOLDER_VARIABLE + " to a folder that holds the library",
                    e);
        }
        loaded = true;
    }

    private static void loadFromJar(String file) throws IOException {
        Path folder = Files.createTempDirectory("sandstone-native-");
        Path library = folder.resolve(file);
        try (InputStream bytes = RocksDB.class.getClassLoader().getResourceAsStream(file)) {
            if (bytes == null) {
                throw new IOException("not on the class path");
            }
            Files.copy(bytes, library);
            RocksDB.loadLibrary(List.of(folder.toString()));
        } finally {
            Files.deleteIfExists(library);
            Files.delete(folder);
        }
    }
}
