package dev.sandstone.scsi.device;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the commands under way on one loop may hold of direct memory: Data-In buffers lent by transports, and scratch
 * buffers, which are kept for the next command. Without this bound a queue of large reads would hold queue depth times
 * transfer length.
 */
final class LoopMemory {
    /** Data-In and scratch of the commands under way on one loop. */
    static final int LIMIT_BYTES = 128 << 20;

    private static final int SCRATCH_KEPT = 4;
    private static final ThreadLocal<LoopMemory> OF_LOOP = ThreadLocal.withInitial(LoopMemory::new);

    private final Deque<ByteBuffer> scratch = new ArrayDeque<>();
    private int taken;

    private LoopMemory() {}

    /** The memory of the calling loop. */
    static LoopMemory ofThisLoop() {
        return OF_LOOP.get();
    }

    /** Counts bytes in; false, and nothing counted, when they do not fit. A first command always fits. */
    boolean take(int bytes) {
        if (taken > 0 && bytes > LIMIT_BYTES - taken) {
            return false;
        }
        taken += bytes;
        return true;
    }

    void give(int bytes) {
        taken -= bytes;
    }

    /** A buffer of that capacity at least; its bytes must have been taken. */
    ByteBuffer lendScratch(int capacity) {
        ByteBuffer kept = scratch.peek();
        if (kept != null && kept.capacity() >= capacity) {
            scratch.pop();
            return kept.clear();
        }
        return ByteBuffer.allocateDirect(capacity);
    }

    void returnScratch(ByteBuffer buffer) {
        if (scratch.size() < SCRATCH_KEPT) {
            scratch.push(buffer);
        }
    }
}
