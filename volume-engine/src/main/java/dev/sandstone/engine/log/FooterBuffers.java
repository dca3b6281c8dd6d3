package dev.sandstone.engine.log;

import dev.sandstone.engine.store.Fields;
import dev.sandstone.engine.store.SegmentStore;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Memory that footers are gathered in and written from, used again: what is off the heap and was dropped comes back only when the
 * collector finds it, hundreds of segments later.
 *
 * <p>Confined to the shard's loop.
 */
final class FooterBuffers {
    private static final int LEAST_BYTES = 64 << 10;

    /** For the open segments and those whose footers are under way; more only exist while the disk is behind. */
    private static final int KEPT = 8;

    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();

    /** An empty buffer, aligned to a block, of so many bytes or more. */
    ByteBuffer take(int bytes) {
        for (Iterator<ByteBuffer> each = free.iterator(); each.hasNext(); ) {
            ByteBuffer buffer = each.next();
            if (buffer.capacity() >= bytes) {
                each.remove();
                return buffer.clear();
            }
        }
        int size = Math.max(LEAST_BYTES, Fields.roundUp(bytes, SegmentStore.BLOCK_BYTES));
        return SegmentIndex.direct(size);
    }

    /** Nobody uses the buffer any more. Of too many the one that waited longest goes: it may be too small. */
    void give(ByteBuffer buffer) {
        if (free.size() == KEPT) {
            free.remove();
        }
        free.add(buffer);
    }
}
