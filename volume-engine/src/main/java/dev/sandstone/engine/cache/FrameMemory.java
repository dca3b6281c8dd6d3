package dev.sandstone.engine.cache;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A range of addresses for frames; the system gives memory to what of it has been touched, in pages of 2 MiB where it has them:
 * a block that is filled for the first time would cost a page fault each otherwise, and each look at it a miss of the TLB.
 *
 * <p>Given back when it is garbage.
 */
final class FrameMemory {
    private static final Logger LOG = LoggerFactory.getLogger(FrameMemory.class);
    private static final int BLOCK = BlockCache.BLOCK_BYTES;
    private static final long HUGE_BYTES = 2 << 20;
    /** A buffer cannot have more than 2 GiB. */
    private static final int PIECE_FRAMES = 1 << 18;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x4022;
    private static final int MADV_HUGEPAGE = 14;
    private static final long MAP_FAILED = -1;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final MethodHandle MMAP =
            handle("mmap", FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, INT, LONG));
    private static final MethodHandle MADVISE = handle("madvise", FunctionDescriptor.of(INT, LONG, LONG, INT));
    private static final MethodHandle MUNMAP = handle("munmap", FunctionDescriptor.of(INT, LONG, LONG));

    private final ByteBuffer[] pieces;

    private FrameMemory(ByteBuffer[] pieces) {
        this.pieces = pieces;
    }

    /** Room for so many frames, or for as many as the system allows. */
    static FrameMemory of(int frames) {
        if (frames == 0) {
            return new FrameMemory(new ByteBuffer[0]);
        }
        for (int count = frames; count > 0; count /= 2) {
            long bytes = (long) count * BLOCK + HUGE_BYTES;
            long address = map(bytes);
            if (address != MAP_FAILED) {
                return new FrameMemory(pieces(address, bytes, count));
            }
            LOG.warn("No memory for {} blocks in the cache", count);
        }
        return of(0);
    }

    @SuppressWarnings("restricted") // a range of our own, never left
    private static ByteBuffer[] pieces(long address, long bytes, int frames) {
        MemorySegment all =
                MemorySegment.ofAddress(address).reinterpret(bytes, Arena.ofAuto(), gone -> unmap(address, bytes));
        long aligned = -address & (HUGE_BYTES - 1);
        advise(address + aligned, (long) frames * BLOCK);
        ByteBuffer[] pieces = new ByteBuffer[(frames + PIECE_FRAMES - 1) / PIECE_FRAMES];
        for (int i = 0; i < pieces.length; i++) {
            long first = (long) i * PIECE_FRAMES;
            long count = Math.min(PIECE_FRAMES, frames - first);
            pieces[i] = all.asSlice(aligned + first * BLOCK, count * BLOCK).asByteBuffer();
        }
        return pieces;
    }

    /** How many frames there is room for. */
    int frames() {
        int frames = 0;
        for (ByteBuffer piece : pieces) {
            frames += piece.capacity() / BLOCK;
        }
        return frames;
    }

    /** The frame's bytes, from position to limit; until the next call. */
    ByteBuffer window(int frame) {
        int from = frame % PIECE_FRAMES * BLOCK;
        return pieces[frame / PIECE_FRAMES].limit(from + BLOCK).position(from);
    }

    /** Copies the frame to {@code at}; position and limit of the target stay. */
    void copy(int frame, ByteBuffer into, int at) {
        into.put(at, window(frame), frame % PIECE_FRAMES * BLOCK, BLOCK);
    }

    private static long map(long bytes) {
        try {
            return (long) MMAP.invokeExact(0L, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** A system without large pages gives small ones. */
    private static void advise(long address, long bytes) {
        try {
            int refused = (int) MADVISE.invokeExact(address, bytes, MADV_HUGEPAGE);
            if (refused != 0) {
                LOG.debug("The system has no large pages");
            }
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static void unmap(long address, long bytes) {
        try {
            int refused = (int) MUNMAP.invokeExact(address, bytes);
            if (refused != 0) {
                LOG.warn("{} bytes of the cache could not be given back", bytes);
            }
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    @SuppressWarnings("restricted") // functions of the C library, by their types in C
    private static MethodHandle handle(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    private static IllegalStateException impossible(Throwable e) {
        return new IllegalStateException("a call of the C library that takes numbers only", e);
    }
}
