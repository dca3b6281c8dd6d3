package dev.sandstone.engine.store;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The calls of the C library that the JDK does not offer. Each answers as the C function does, an error as the negative
 * errno.
 */
final class Libc {
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EACCES = 13;
    static final int ENODEV = 19;
    static final int ENOTDIR = 20;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int EOPNOTSUPP = 95;
    static final int ENOSYS = 38;
    static final int EDQUOT = 122;

    static final int O_RDWR = 2;
    static final int O_CLOEXEC = 0x80000;
    static final int O_DIRECT = "aarch64".equals(System.getProperty("os.arch")) ? 0x10000 : 0x4000;
    static final int RWF_DSYNC = 2;
    static final int RWF_NOWAIT = 8;
    static final int SEEK_END = 2;
    static final int FADV_DONTNEED = 4;
    static final int AT_FDCWD = -100;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int STATX_BASIC_STATS = 0x7FF;
    /** Size of a {@code struct statx}, the same everywhere. */
    static final int STATX_BYTES = 256;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> CAPTURED =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle OPEN = handle(
            "open",
            FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT),
            Linker.Option.firstVariadicArg(2),
            Linker.Option.captureCallState("errno"));
    private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle LSEEK = handle("lseek", FunctionDescriptor.of(LONG, INT, LONG, INT));
    private static final MethodHandle FTRUNCATE = handle("ftruncate", FunctionDescriptor.of(INT, INT, LONG));
    private static final MethodHandle FALLOCATE = handle("fallocate", FunctionDescriptor.of(INT, INT, INT, LONG, LONG));
    private static final MethodHandle FDATASYNC = handle("fdatasync", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle FADVISE =
            handle("posix_fadvise", FunctionDescriptor.of(INT, INT, LONG, LONG, INT));
    private static final MethodHandle STATX =
            handle("statx", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT, INT, ValueLayout.ADDRESS));
    private static final MethodHandle PREADV2 =
            handle("preadv2", FunctionDescriptor.of(LONG, INT, LONG, INT, LONG, INT));
    private static final MethodHandle PWRITEV2 =
            handle("pwritev2", FunctionDescriptor.of(LONG, INT, LONG, INT, LONG, INT));

    private Libc() {}

    static int open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = CAPTURED.get();
            return (int) result((int) OPEN.invokeExact(state, arena.allocateFrom(path), flags), state);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static void close(int fd) {
        try {
            MemorySegment state = CAPTURED.get();
            int ignored = (int) CLOSE.invokeExact(state, fd);
            assert ignored <= 0;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static long size(int fd) {
        try {
            MemorySegment state = CAPTURED.get();
            return result((long) LSEEK.invokeExact(state, fd, 0L, SEEK_END), state);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int ftruncate(int fd, long size) {
        try {
            MemorySegment state = CAPTURED.get();
            return (int) result((int) FTRUNCATE.invokeExact(state, fd, size), state);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int fallocate(int fd, long offset, long bytes) {
        try {
            MemorySegment state = CAPTURED.get();
            return (int) result((int) FALLOCATE.invokeExact(state, fd, 0, offset, bytes), state);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int fdatasync(int fd) {
        try {
            MemorySegment state = CAPTURED.get();
            return (int) result((int) FDATASYNC.invokeExact(state, fd), state);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static void forget(int fd, long offset, long bytes) {
        try {
            MemorySegment state = CAPTURED.get();
            int ignored = (int) FADVISE.invokeExact(state, fd, offset, bytes, FADV_DONTNEED);
            assert ignored >= 0;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** What a path leads to, or with an empty path what the descriptor is. */
    static int statx(int fd, String path, int flags, MemorySegment answer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = CAPTURED.get();
            return (int) result(
                    (int) STATX.invokeExact(state, fd, arena.allocateFrom(path), flags, STATX_BASIC_STATS, answer),
                    state);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Reads one piece; {@code vector} is the address of an iovec. */
    static long preadv2(int fd, long vector, long offset, int flags) {
        try {
            MemorySegment state = CAPTURED.get();
            return result((long) PREADV2.invokeExact(state, fd, vector, 1, offset, flags), state);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Writes one piece; {@code vector} is the address of an iovec. */
    static long pwritev2(int fd, long vector, long offset, int flags) {
        try {
            MemorySegment state = CAPTURED.get();
            return result((long) PWRITEV2.invokeExact(state, fd, vector, 1, offset, flags), state);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** An errno in words. */
    static String describe(int errno) {
        return switch (errno) {
            case ENOENT -> "there is no such file";
            case EIO -> "the medium failed (EIO)";
            case EACCES -> "permission denied (EACCES)";
            case EINVAL -> "invalid argument (EINVAL)";
            case ENOSPC -> "the file system is full (ENOSPC)";
            case EDQUOT -> "the disk quota is used up (EDQUOT)";
            default -> "errno " + errno;
        };
    }

    private static long result(long value, MemorySegment state) {
        return value >= 0 ? value : -(int) ERRNO.get(state, 0L);
    }

    // Restricted because a wrong signature breaks the process; these are the prototypes of the manual pages.
    @SuppressWarnings("restricted")
    private static MethodHandle handle(String name, FunctionDescriptor type, Linker.Option... options) {
        Linker.Option[] used =
                options.length > 0 ? options : new Linker.Option[] {Linker.Option.captureCallState("errno")};
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, used);
    }

    private static AssertionError impossible(Throwable e) {
        return new AssertionError("a call into the C library threw", e);
    }
}
