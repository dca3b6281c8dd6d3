package dev.sandstone.copy.job;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * The memory of all copies on one loop: few buffers, handed out in the order they were asked for. That bounds both what
 * copies hold and how much of the disk they keep busy, and lets many copies advance by turns.
 */
final class PieceBuffers {
    /** As much as the engine writes as one record. */
    static final int BYTES = 1 << 20;

    static final int COUNT = 8;

    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private final Deque<Consumer<ByteBuffer>> waiting = new ArrayDeque<>();
    private int made;

    /** Calls the taker with an empty buffer, now or when one comes back. */
    void take(Consumer<ByteBuffer> taker) {
        ByteBuffer buffer = free.poll();
        if (buffer != null) {
            taker.accept(buffer);
        } else if (made < COUNT) {
            made++;
            taker.accept(ByteBuffer.allocateDirect(BYTES));
        } else {
            waiting.add(taker);
        }
    }

    void give(ByteBuffer buffer) {
        buffer.clear();
        Consumer<ByteBuffer> next = waiting.poll();
        if (next == null) {
            free.push(buffer);
        } else {
            next.accept(buffer);
        }
    }
}
