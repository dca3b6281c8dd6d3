package dev.sandstone.engine.volume;

import dev.sandstone.engine.map.MapReader;
import java.nio.ByteBuffer;

/** What blocks are read from: a volume, or a moment of one. Confined to the shard's loop. */
interface ReadSource {
    /** Where its durable blocks lie. */
    MapReader map();

    /** Whether it is there no more. */
    boolean isGone();

    /** Whether a read must look at pending blocks. */
    boolean anyVisible(boolean seesAdmitted);

    /** Whether the block's pending version shows. */
    boolean isVisible(long block, boolean seesAdmitted);

    /**
     * Whether the map shows of these blocks all that was acknowledged, and all that was placed ({@link Volume#share}).
     * Where it does not, it does when everything is durable that is in the log now.
     */
    boolean isSettled(long block, int count);

    /** Copies the block's pending version, which must be visible, from the log's memory. */
    void copyPending(long block, boolean seesAdmitted, ByteBuffer into, int at);
}
