package dev.sandstone.engine.store;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

/**
 * An open file or block device: whole transfers, durable writes, errors by name.
 *
 * <p>It has two descriptors: one through the page cache, for reads, and where the file system takes it one that passes
 * the cache by, for durable writes of aligned memory. Any thread; each thread has its own iovec.
 *
 * <p>The number of a descriptor that was closed is that of another file soon: so they are closed when the last call under way
 * has ended, and later calls fail. Of {@link #tryRead}, {@link #cachedFd} and {@link #writeFd} whoever closes it has to see to that.
 */
public final class NativeFile implements AutoCloseable {
    private static final ThreadLocal<MemorySegment> VECTOR =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(16, 8));

    private final Path path;
    private final int cached;
    private final int direct;
    private final ToLongFunction<ByteBuffer> addresses;
    private volatile boolean noWait = true;
    /** Calls under way, and one until it is closed; 0: there is nothing any more. */
    private final AtomicInteger users = new AtomicInteger(1);

    private NativeFile(Path path, int cached, int direct, ToLongFunction<ByteBuffer> addresses) {
        this.path = path;
        this.cached = cached;
        this.direct = direct;
        this.addresses = addresses;
    }

    /** Opens for reading and writing what exists. */
    public static NativeFile open(Path path) throws StoreException {
        return open(path, buffer -> MemorySegment.ofBuffer(buffer).address());
    }

    /**
     * The same.
     *
     * @param addresses tells where the first remaining byte of a direct buffer lies
     */
    public static NativeFile open(Path path, ToLongFunction<ByteBuffer> addresses) throws StoreException {
        int cached = Libc.open(path.toString(), Libc.O_RDWR | Libc.O_CLOEXEC);
        if (cached < 0) {
            throw failure(path, "open", -cached);
        }
        int direct = Libc.open(path.toString(), Libc.O_RDWR | Libc.O_CLOEXEC | Libc.O_DIRECT);
        return new NativeFile(path, cached, Math.max(direct, -1), addresses);
    }

    public Path path() {
        return path;
    }

    /** The descriptor that goes through the page cache. */
    public int cachedFd() {
        return cached;
    }

    /** The descriptor for a durable write from this address. */
    public int writeFd(long address) {
        return direct >= 0 && address % SegmentStore.BLOCK_BYTES == 0 ? direct : cached;
    }

    /** Whether aligned writes pass the page cache by. */
    public boolean isDirect() {
        return direct >= 0;
    }

    private interface Call {
        void run() throws StoreException;
    }

    private void whileOpen(Call call) throws StoreException {
        if (!begin()) {
            throw new StoreException(StoreException.Kind.IO, path + " is closed");
        }
        try {
            call.run();
        } finally {
            end();
        }
    }

    private boolean begin() {
        return users.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
    }

    private void end() {
        if (users.decrementAndGet() == 0) {
            Libc.close(cached);
            if (direct >= 0) {
                Libc.close(direct);
            }
        }
    }

    public long size() throws StoreException {
        long[] size = new long[1];
        whileOpen(() -> size[0] = Libc.size(cached));
        if (size[0] < 0) {
            throw failure(path, "find the size of", (int) -size[0]);
        }
        return size[0];
    }

    /** Whether it is as large as it was, and still where it was. */
    public FileIo.Standing standing() {
        if (!begin()) {
            return FileIo.Standing.SOUND;
        }
        try {
            return FileIdentity.standing(cached, path);
        } finally {
            end();
        }
    }

    public void grow(long size) throws StoreException {
        whileOpen(() -> {
            check(Libc.ftruncate(cached, size), "grow");
            check(Libc.fdatasync(cached), "flush");
        });
    }

    /** Takes space for the range; a file system or device that knows no such thing is no error. */
    void allocate(long offset, long bytes) throws StoreException {
        whileOpen(() -> allocateOpen(offset, bytes));
    }

    private void allocateOpen(long offset, long bytes) throws StoreException {
        int result = Libc.fallocate(cached, offset, bytes);
        while (result == -Libc.EINTR) {
            result = Libc.fallocate(cached, offset, bytes);
        }
        if (result != -Libc.EOPNOTSUPP && result != -Libc.ENOSYS && result != -Libc.ENODEV) {
            check(result, "allocate space in");
        }
    }

    public void forget(long offset, long bytes) {
        if (begin()) {
            try {
                Libc.forget(cached, offset, bytes);
            } finally {
                end();
            }
        }
    }

    /** Fills the buffer from the page cache, or answers false. */
    public boolean tryRead(long offset, ByteBuffer dst) {
        if (!noWait) {
            return false;
        }
        int size = dst.remaining();
        long got = Libc.preadv2(cached, vector(address(dst), size), offset, Libc.RWF_NOWAIT);
        if (got == -Libc.EOPNOTSUPP || got == -Libc.EINVAL || got == -Libc.ENOSYS) {
            noWait = false;
        }
        return got == size;
    }

    /** Fills the buffer. */
    public void read(long offset, ByteBuffer dst) throws StoreException {
        whileOpen(() -> readOpen(offset, dst));
    }

    private void readOpen(long offset, ByteBuffer dst) throws StoreException {
        long address = address(dst);
        int size = dst.remaining();
        for (int done = 0; done < size; ) {
            long got = Libc.preadv2(cached, vector(address + done, size - done), offset + done, 0);
            if (got == 0) {
                throw endOfFile(offset + done);
            }
            if (got < 0 && got != -Libc.EINTR) {
                throw failure(path, "read", (int) -got);
            }
            done += (int) Math.max(got, 0);
        }
    }

    /** Writes the buffer, on stable storage on return. */
    public void write(long offset, ByteBuffer src) throws StoreException {
        whileOpen(() -> writeOpen(offset, src));
    }

    private void writeOpen(long offset, ByteBuffer src) throws StoreException {
        long address = address(src);
        int size = src.remaining();
        int fd = writeFd(address);
        for (int done = 0; done < size; ) {
            long put = Libc.pwritev2(fd, vector(address + done, size - done), offset + done, Libc.RWF_DSYNC);
            if (put == -Libc.EINVAL && fd == direct) {
                // A file system may take the flag O_DIRECT at opening and refuse the transfer.
                fd = cached;
                put = Libc.pwritev2(fd, vector(address + done, size - done), offset + done, Libc.RWF_DSYNC);
            }
            if (put == 0) {
                throw failure(path, "write to", Libc.EIO);
            }
            if (put < 0 && put != -Libc.EINTR) {
                throw failure(path, "write to", (int) -put);
            }
            done += (int) Math.max(put, 0);
        }
    }

    /** The address of the buffer's first remaining byte. */
    public long address(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("file I/O needs a direct buffer");
        }
        return addresses.applyAsLong(buffer);
    }

    /** What an errno means for this file. */
    public StoreException failure(String action, int errno) {
        return failure(path, action, errno);
    }

    /** A read went beyond the end. */
    public StoreException endOfFile(long offset) {
        return new StoreException(
                StoreException.Kind.TOO_SMALL, path + " ends before offset " + offset + ": it was cut short");
    }

    private void check(int result, String action) throws StoreException {
        if (result < 0) {
            throw failure(path, action, -result);
        }
    }

    private static StoreException failure(Path path, String action, int errno) {
        StoreException.Kind kind = switch (errno) {
            case Libc.ENOSPC, Libc.EDQUOT -> StoreException.Kind.NO_SPACE;
            case Libc.ENOENT -> StoreException.Kind.ABSENT;
            default -> StoreException.Kind.IO;
        };
        return new StoreException(kind, "cannot " + action + " " + path + ": " + Libc.describe(errno));
    }

    private static long vector(long address, int size) {
        MemorySegment vector = VECTOR.get();
        vector.set(ValueLayout.JAVA_LONG, 0, address);
        vector.set(ValueLayout.JAVA_LONG, 8, size);
        return vector.address();
    }

    /** Once. */
    @Override
    public void close() {
        end();
    }
}
