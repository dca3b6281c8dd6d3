package dev.sandstone.engine.meta;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * What a cursor reads rows into: direct memory, which RocksDB fills, used again by the next cursor.
 *
 * <p>The collector gives direct memory back only when it finds the buffer dead, long after; made anew for each of thousands of
 * cursors a second it would pile up beyond any budget.
 */
final class RowBuffers {
    private static final int KEY_BYTES = 256;
    private static final int VALUE_BYTES = 16 << 10;
    private static final byte SPOILED = (byte) 0xdb;

    /** More are only kept while more cursors are open at a time. */
    private static final int MOST_KEPT = 16;

    private final BlockingQueue<RowBuffers.Row> free = new ArrayBlockingQueue<>(MOST_KEPT);

    /** Buffers of one cursor; those too small for a row are replaced. */
    static final class Row {
        ByteBuffer target = ByteBuffer.allocateDirect(KEY_BYTES);
        ByteBuffer key = ByteBuffer.allocateDirect(KEY_BYTES);
        ByteBuffer value = ByteBuffer.allocateDirect(VALUE_BYTES);

        /** Makes whoever still looks at a row of a closed cursor see it. */
        boolean spoiled() {
            fill(key.clear());
            fill(value.clear());
            return true;
        }

        private static void fill(ByteBuffer buffer) {
            while (buffer.hasRemaining()) {
                buffer.put(SPOILED);
            }
        }

        /** The key to seek, in direct memory. */
        ByteBuffer target(ByteBuffer of) {
            if (of.remaining() > target.capacity()) {
                target = ByteBuffer.allocateDirect(of.remaining());
            }
            return target.clear().put(of.duplicate()).flip();
        }
    }

    /** Any thread. */
    Row take() {
        Row row = free.poll();
        return row == null ? new Row() : row;
    }

    /** What was taken is not used any more. */
    void giveBack(Row row) {
        assert row.spoiled();
        free.offer(row);
    }
}
