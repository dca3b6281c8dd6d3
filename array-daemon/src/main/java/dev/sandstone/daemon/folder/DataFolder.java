package dev.sandstone.daemon.folder;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.catalog.ArrayEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * An array's folder, locked for this process. Only its owner may enter it.
 *
 * <pre>
 * sandstone.json   marker: format, array, whether it was made completely
 * lock             locked while an array runs; holds its pid
 * san.toml         configuration of a permanent array
 * pool/            the log
 * meta/            the block map
 * catalog/         names, hosts, grants, snapshots, groups
 * secrets/         key of sealed secrets, hash of the admin token
 * api.sock         local way to the management interface
 * </pre>
 *
 * <p>A folder is made in this order: marker "creating", all parts, marker "ready". A folder that was left "creating" was
 * never served, so its parts are made anew; one that is "ready" is only ever opened, never made again.
 */
public final class DataFolder implements AutoCloseable {
    private static final List<String> PARTS = List.of("pool", "meta", "catalog", "secrets");

    private final Path path;
    private final FolderLock lock;
    private final boolean madeHere;
    private FolderMarker marker;

    private DataFolder(Path path, FolderLock lock, boolean madeHere, FolderMarker marker) {
        this.path = path;
        this.lock = lock;
        this.madeHere = madeHere;
        this.marker = marker;
    }

    /**
     * Opens the folder of an array that was made completely.
     *
     * @throws ApiException FOLDER_NOT_AN_ARRAY, FOLDER_VERSION, FOLDER_IN_USE
     */
    public static DataFolder open(Path folder) {
        Path path = folder.toAbsolutePath().normalize();
        FolderMarker marker =
                FolderMarker.read(path).filter(FolderMarker::ready).orElseThrow(() -> notAnArray(path));
        return new DataFolder(path, FolderLock.take(path), false, marker);
    }

    /**
     * Begins a new array in a folder that is absent, empty, or was left unfinished; {@link #finish} completes it.
     *
     * @throws ApiException FOLDER_NOT_EMPTY, FOLDER_VERSION, FOLDER_IN_USE, NOT_PERMITTED
     */
    public static DataFolder create(Path folder, ArrayEntry array) {
        Path path = folder.toAbsolutePath().normalize();
        try {
            if (Files.isDirectory(path) && FolderMarker.read(path).isEmpty() && !isEmpty(path)) {
                throw notEmpty(path, "it holds files that are not an array's");
            }
            boolean absent = Files.notExists(path);
            Files.createDirectories(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            FolderLock lock = FolderLock.take(path);
            try {
                if (FolderMarker.read(path).filter(FolderMarker::ready).isPresent()) {
                    throw notEmpty(path, "an array lives there");
                }
                FolderMarker marker = FolderMarker.creating(array);
                marker.write(path);
                for (String part : PARTS) {
                    Trees.delete(path.resolve(part));
                    Files.createDirectory(path.resolve(part));
                }
                return new DataFolder(path, lock, absent, marker);
            } catch (IOException | RuntimeException failed) {
                lock.close();
                throw failed;
            }
        } catch (IOException failed) {
            throw new ApiException(
                    ErrorCode.NOT_PERMITTED,
                    "cannot make an array in " + path,
                    String.valueOf(failed),
                    "name a folder that you may write",
                    failed);
        }
    }

    /** Opens the array there, or begins a new one where there is none. */
    public static DataFolder openOrCreate(Path folder, ArrayEntry ifNew) {
        boolean ready = FolderMarker.read(folder.toAbsolutePath().normalize())
                .filter(FolderMarker::ready)
                .isPresent();
        return ready ? open(folder) : create(folder, ifNew);
    }

    /** Whether this array is only being made. */
    public boolean isNew() {
        return !marker.ready();
    }

    /** Says that all parts are made. */
    public void finish() {
        if (isNew()) {
            marker = marker.completed();
            try {
                marker.write(path);
            } catch (IOException failed) {
                throw new UncheckedIOException("cannot write in " + path, failed);
            }
        }
    }

    public ArrayEntry array() {
        return marker.entry();
    }

    public Path path() {
        return path;
    }

    public Path pool() {
        return path.resolve("pool");
    }

    /** What is meant by this path as a disk of the pool: the array's own folder stands for its pool folder. */
    public Path disk(Path named) {
        Path disk = named.toAbsolutePath().normalize();
        try {
            return Files.exists(disk) && Files.isSameFile(disk, path) ? pool() : disk;
        } catch (IOException unknown) {
            // Whoever makes or opens the disk says what is wrong with the path.
            return disk;
        }
    }

    public Path metadata() {
        return path.resolve("meta");
    }

    public Path catalog() {
        return path.resolve("catalog");
    }

    public Secrets secrets() {
        return new Secrets(path.resolve("secrets"));
    }

    public Path socket() {
        return path.resolve("api.sock");
    }

    public Path configuration() {
        return path.resolve("san.toml");
    }

    /** What was not made completely is no array: nothing is left of it. */
    @Override
    public void close() {
        try {
            if (isNew()) {
                abandon();
            }
        } catch (IOException left) {
            // It is marked as unfinished still, or is empty: whoever makes an array there next makes all of it anew.
            return;
        } finally {
            lock.close();
        }
    }

    private void abandon() throws IOException {
        for (String part : PARTS) {
            Trees.delete(path.resolve(part));
        }
        Files.deleteIfExists(configuration());
        Files.deleteIfExists(path.resolve(FolderMarker.FILE));
        Files.deleteIfExists(path.resolve(FolderLock.FILE));
        if (madeHere && isEmpty(path)) {
            Files.delete(path);
        }
    }

    private static boolean isEmpty(Path path) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.findAny().isEmpty();
        }
    }

    private static ApiException notEmpty(Path path, String why) {
        return new ApiException(
                ErrorCode.FOLDER_NOT_EMPTY,
                path + " cannot become a new array",
                why,
                "name a folder that is absent or empty; to run the array there: san serve -c " + path + "/san.toml");
    }

    private static ApiException notAnArray(Path path) {
        return new ApiException(
                ErrorCode.FOLDER_NOT_AN_ARRAY,
                "no array is in " + path,
                Files.isDirectory(path) ? "it has no complete marker sandstone.json" : "the folder does not exist",
                "check that its disk is mounted; to make a new array: san init " + path);
    }
}
