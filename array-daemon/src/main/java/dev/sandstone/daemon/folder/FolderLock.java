package dev.sandstone.daemon.folder;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One process at a time runs the array of a folder. The system frees the lock when the process ends, however it ends. */
final class FolderLock implements AutoCloseable {
    static final String FILE = "lock";

    private static final int PID_BYTES = 20;

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws ApiException FOLDER_IN_USE with the pid of who has it */
    static FolderLock take(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new ApiException(
                        ErrorCode.FOLDER_IN_USE,
                        folder + " is in use",
                        "process " + Files.readString(file, US_ASCII).strip() + " runs the array there",
                        "stop that process, or use its array");
            }
            ByteBuffer pid = ByteBuffer.allocateDirect(PID_BYTES);
            pid.put(Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII))
                    .put((byte) '\n')
                    .flip();
            channel.truncate(0);
            channel.write(pid, 0);
            return new FolderLock(channel);
        } catch (IOException failed) {
            throw new ApiException(
                    ErrorCode.NOT_PERMITTED,
                    "cannot lock " + folder,
                    String.valueOf(failed),
                    "run as the user who owns the folder",
                    failed);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ourselves) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
