package dev.sandstone.engine.store;

import dev.sandstone.engine.loop.ShardLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes and opens the disks of a pool: an image file in a folder, an image file by itself, or a block device.
 *
 * <p>Whoever has a disk open holds a lock on it; another process is told so. Blocking.
 */
public final class Disks {
    /** Name of the image in a folder. */
    public static final String IMAGE = "disk0.sandstone";

    private Disks() {}

    /** The image of a pool that lives in a folder. */
    public static Path image(Path folder) {
        return folder.resolve(IMAGE);
    }

    /** Whether there is something at the path that may be opened. */
    public static boolean exists(Path path) {
        return Files.exists(path);
    }

    /**
     * Makes an image file of this size, sparse, and formats it. A failure leaves no file.
     *
     * @throws StoreException EXISTS when there is a file of this name
     */
    public static void createImage(Path image, long bytes, DiskStore.Format format, FileIoFactory files, ShardLoop loop)
            throws StoreException {
        List<Path> folders = missingFolders(image);
        boolean made = false;
        try {
            createFile(image, folders);
            formatImage(image, bytes, format, files, loop);
            made = true;
        } finally {
            if (!made) {
                removeEmpty(folders);
            }
        }
    }

    /** Those above the file that are not there, the innermost first. */
    private static List<Path> missingFolders(Path file) {
        List<Path> missing = new ArrayList<>();
        Path folder = file.toAbsolutePath().getParent();
        while (folder != null && Files.notExists(folder)) {
            missing.add(folder);
            folder = folder.getParent();
        }
        return missing;
    }

    private static void createFile(Path image, List<Path> folders) throws StoreException {
        try {
            if (!folders.isEmpty()) {
                Files.createDirectories(folders.get(0));
            }
            Files.createFile(image);
        } catch (FileAlreadyExistsException e) {
            throw new StoreException(StoreException.Kind.EXISTS, image + " exists already; it is left as it is", e);
        } catch (AccessDeniedException | NoSuchFileException e) {
            throw new StoreException(StoreException.Kind.PLACE, "nothing can be made at " + image + ": " + e, e);
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.IO, "cannot create " + image + ": " + e, e);
        }
    }

    /** A folder that holds something by now stays. */
    private static void removeEmpty(List<Path> folders) {
        try {
            for (Path folder : folders) {
                Files.deleteIfExists(folder);
            }
        } catch (IOException full) {
            return;
        }
    }

    private static void formatImage(
            Path image, long bytes, DiskStore.Format format, FileIoFactory files, ShardLoop loop)
            throws StoreException {
        boolean made = false;
        try (FileIo io = files.open(image, loop)) {
            io.growNow(bytes / SegmentStore.BLOCK_BYTES * SegmentStore.BLOCK_BYTES);
            DiskStore.format(io, format);
            syncFolder(image);
            made = true;
        } finally {
            if (!made) {
                remove(image);
            }
        }
    }

    /** Formats a block device, or a file that exists. */
    public static void format(Path device, DiskStore.Format format, FileIoFactory files, ShardLoop loop)
            throws StoreException {
        try (FileIo io = files.open(device, loop)) {
            DiskStore.format(io, format);
        }
    }

    /** Makes the image larger; the room is taken when it is opened next. */
    public static void growImage(Path image, long bytes, FileIoFactory files, ShardLoop loop) throws StoreException {
        try (FileIo io = files.open(image, loop)) {
            if (bytes > io.size()) {
                io.growNow(bytes / SegmentStore.BLOCK_BYTES * SegmentStore.BLOCK_BYTES);
            }
        }
    }

    /** Locks and opens an image or device that is the only disk of its pool. */
    public static SegmentStore open(Path path, FileIoFactory files, ShardLoop loop) throws StoreException {
        return open(path, files, loop, (io, on) -> DiskStore.open(io, on, null));
    }

    /** Locks and opens one disk of a pool, changing nothing. */
    static DiskStore openMember(Path path, FileIoFactory files, ShardLoop loop) throws StoreException {
        return open(path, files, loop, DiskStore::member);
    }

    /** A disk that was made, and where. */
    public record Member(Path path, SegmentStore disk) {}

    /**
     * Formats and opens a disk for a pool that exists.
     *
     * @param path an image or device that exists; else a folder, which gets an image
     * @param bytes size of the image
     */
    public static Member makeMember(Path path, long bytes, DiskStore.Format format, FileIoFactory files, ShardLoop loop)
            throws StoreException {
        boolean folder = Files.isDirectory(path) || !Files.exists(path);
        Path disk = folder ? image(path) : path;
        if (folder) {
            createImage(disk, bytes, format, files, loop);
        } else {
            DiskLock lock = DiskLock.take(disk);
            try {
                format(disk, format, files, loop);
            } finally {
                lock.release();
            }
        }
        return new Member(real(disk), openMember(real(disk), files, loop));
    }

    /** Opens a disk that exists, which some pool has made. */
    public static Member findMember(Path path, FileIoFactory files, ShardLoop loop) throws StoreException {
        Path disk = place(path);
        return new Member(disk, openMember(disk, files, loop));
    }

    /** Where a disk is that is named by its image, its device, or the folder of its image. */
    public static Path place(Path path) {
        return real(Files.isDirectory(path) ? image(path) : path);
    }

    private interface Opener {
        DiskStore open(FileIo io, ShardLoop loop) throws StoreException;
    }

    private static DiskStore open(Path path, FileIoFactory files, ShardLoop loop, Opener opener) throws StoreException {
        DiskLock lock = DiskLock.take(path);
        FileIo io = null;
        try {
            io = files.open(path, loop);
            DiskStore store = opener.open(io, loop);
            store.afterClose(lock::release);
            return store;
        } catch (StoreException e) {
            if (io != null) {
                io.close();
            }
            lock.release();
            throw new StoreException(e.kind(), path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Opens a pool of one disk or more.
     *
     * @param paths images and devices; with those that the witness knows all that are looked at
     */
    public static MirrorStore openAll(Collection<Path> paths, FileIoFactory files, ShardLoop loop, Witness witness)
            throws StoreException {
        Map<Path, MirrorOpening.Found> found = new LinkedHashMap<>();
        boolean open = false;
        try {
            for (Path path : paths) {
                look(path, files, loop, found);
            }
            for (Witness.Place place : witness.places()) {
                look(place.path(), files, loop, found);
            }
            MirrorStore store = MirrorOpening.open(List.copyOf(found.values()), loop, witness);
            open = true;
            return store;
        } finally {
            if (!open) {
                found.values().forEach(Disks::close);
            }
        }
    }

    private static void close(MirrorOpening.Found found) {
        if (found.store() != null) {
            found.store().close();
        }
    }

    private static void look(Path path, FileIoFactory files, ShardLoop loop, Map<Path, MirrorOpening.Found> found)
            throws StoreException {
        Path real = real(path);
        if (found.containsKey(real)) {
            return;
        }
        try {
            found.put(real, MirrorOpening.Found.disk(real, openMember(real, files, loop)));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.IN_USE || e.kind() == StoreException.Kind.VERSION) {
                throw e;
            }
            found.put(real, new MirrorOpening.Found(real, null, e.getMessage()));
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException absent) {
            return path.toAbsolutePath().normalize();
        }
    }

    private static void remove(Path image) {
        try {
            Files.deleteIfExists(image);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the unfinished " + image, e);
        }
    }

    static void syncFolder(Path file) throws StoreException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.IO, "cannot flush the folder " + folder, e);
        }
    }
}
