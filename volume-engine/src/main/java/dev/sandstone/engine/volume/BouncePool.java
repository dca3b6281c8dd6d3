package dev.sandstone.engine.volume;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Buffers in which parts of blocks are completed to whole ones. There are at most so many; who finds none waits its turn.
 *
 * <p>Confined to the shard's loop. Whoever takes a buffer holds no range lock yet, so buffers and locks cannot form a
 * circle.
 */
final class BouncePool {
    private final int bytes;
    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
    private final ArrayDeque<Taker> waiting = new ArrayDeque<>();
    private int unborn;
    private boolean serving;

    /**
     * @param bytes size of each
     * @param most how many may exist; made when first needed
     */
    BouncePool(int bytes, int most) {
        this.bytes = bytes;
        this.unborn = most;
    }

    int bytes() {
        return bytes;
    }

    /** Hands a buffer to the taker, now or later. */
    void take(Taker taker) {
        waiting.add(taker);
        serve();
    }

    void giveBack(ByteBuffer buffer) {
        free.push(buffer);
        serve();
    }

    /** A taker may run to its end and give its buffer back within the call: then the outer walk goes on. */
    private void serve() {
        if (serving) {
            return;
        }
        serving = true;
        while (!waiting.isEmpty() && (unborn > 0 || !free.isEmpty())) {
            ByteBuffer buffer = free.poll();
            if (buffer == null) {
                unborn--;
                buffer = ByteBuffer.allocateDirect(bytes);
            }
            waiting.remove().taken(buffer.clear());
        }
        serving = false;
    }

    /** Told on the loop. */
    @FunctionalInterface
    interface Taker {
        void taken(ByteBuffer buffer);
    }
}
