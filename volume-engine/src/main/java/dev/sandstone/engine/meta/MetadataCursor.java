package dev.sandstone.engine.meta;

import java.nio.ByteBuffer;

/**
 * A position in a range of one table, for one thread. It starts at the first key.
 *
 * <p>The buffers it answers are its own, big-endian, valid until it moves; read them by absolute position or restore
 * what you change.
 */
public interface MetadataCursor extends AutoCloseable {
    /** Whether it stands on a key; false beyond the end of its range. */
    boolean valid();

    /** Goes to the next key. Only when {@link #valid()}. */
    void next();

    /** Goes to the first key that is not less than this one, or to the start of the range if that is later. */
    void seek(ByteBuffer key);

    /** The key here. */
    ByteBuffer key();

    /** The value here. */
    ByteBuffer value();

    @Override
    void close();
}
