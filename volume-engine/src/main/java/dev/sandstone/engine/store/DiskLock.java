package dev.sandstone.engine.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second process, or a second user in this one, from a disk. The system drops it when the process ends, however
 * it does.
 *
 * <p>Closing any descriptor of a file drops the process's locks on it, so paths that are held are never opened again.
 */
final class DiskLock {
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final FileChannel channel;
    private final Path held;

    private DiskLock(FileChannel channel, Path held) {
        this.channel = channel;
        this.held = held;
    }

    /** Locks the file or device. */
    static DiskLock take(Path path) throws StoreException {
        try {
            Path real = path.toRealPath();
            if (!HELD.add(real)) {
                throw inUse(path);
            }
            FileChannel channel = null;
            boolean locked = false;
            try {
                channel = FileChannel.open(real, StandardOpenOption.WRITE, StandardOpenOption.READ);
                FileLock lock = channel.tryLock();
                if (lock == null) {
                    throw inUse(path);
                }
                locked = true;
                return new DiskLock(channel, real);
            } finally {
                if (!locked) {
                    HELD.remove(real);
                    closeIfOpen(channel);
                }
            }
        } catch (NoSuchFileException e) {
            throw new StoreException(StoreException.Kind.ABSENT, "there is no Sandstone pool at " + path, e);
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.IO, "cannot open " + path + ": " + e, e);
        }
    }

    private static StoreException inUse(Path path) {
        return new StoreException(
                StoreException.Kind.IN_USE, path + " is in use by another Sandstone: end that one first");
    }

    private static void closeIfOpen(@Nullable FileChannel channel) throws IOException {
        if (channel != null) {
            channel.close();
        }
    }

    void release() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD.remove(held);
        }
    }
}
