package dev.sandstone.copy.job;

import org.jspecify.annotations.Nullable;

/** What a copy operation does. Confined to one loop, but for {@link #transferred} and {@link #segmentsBegun}. */
public interface CopyWork {
    /** Begins; may have ended on return. */
    void start();

    /** Begins nothing more; the work ends when what is under way has ended. No effect on one that has. */
    void abort();

    /** Blocks that have reached where they belong, counted without gaps from the first. Any thread may ask. */
    long transferred();

    /** Segments processed, the one at work included. Any thread may ask. */
    int segmentsBegun();

    /** Reads and writes that have ended well. */
    long operations();

    boolean isFinished();

    /** Whether it ended, or ends, because it was told to. */
    boolean isAborted();

    /** Why it failed; null when it did not, or has not yet. */
    @Nullable
    CopyFailure failure();
}
