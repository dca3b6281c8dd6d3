package dev.sandstone.iscsi.transfer;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayDeque;

/**
 * Buffers for the data of small commands, kept by each loop with their views: a command of a few KiB allocates neither. They are
 * lent in turn, since they come back in that order. Lent to any loop, given out on their own.
 */
final class LentBuffers {
    /** Of each; larger ones are not kept. */
    static final int BYTES = 8192;
    /** So many are kept, a MiB for each loop. */
    static final int KEPT = 128;

    private static final FastThreadLocal<LentBuffers> OF_LOOP = new FastThreadLocal<>() {
        @Override
        protected LentBuffers initialValue() {
            return new LentBuffers();
        }

        @Override
        protected void onRemoval(LentBuffers gone) {
            gone.kept.forEach(Lent::release);
        }
    };

    private final ArrayDeque<Lent> kept = new ArrayDeque<>();

    private LentBuffers() {}

    /** A buffer of so many bytes, contents undefined. Any thread. */
    static Lent lend(ByteBufAllocator allocator, int bytes) {
        boolean small = bytes > 0 && bytes <= BYTES;
        // Elsewhere nobody tells of the thread's end.
        if (small && Thread.currentThread() instanceof FastThreadLocalThread) {
            return OF_LOOP.get().take(allocator, bytes);
        }
        return new Lent(allocator.directBuffer(bytes, bytes));
    }

    private Lent take(ByteBufAllocator allocator, int bytes) {
        Lent oldest = kept.pollFirst();
        if (oldest != null) {
            kept.addLast(oldest);
            if (oldest.isBack()) {
                return oldest.again(bytes);
            }
        }
        if (kept.size() == KEPT) {
            return new Lent(allocator.directBuffer(bytes, bytes));
        }
        Lent fresh = new Lent(allocator.directBuffer(BYTES, BYTES));
        kept.addLast(fresh);
        return fresh.again(bytes);
    }
}
