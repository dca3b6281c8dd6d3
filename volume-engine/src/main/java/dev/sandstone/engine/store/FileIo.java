package dev.sandstone.engine.store;

import java.nio.ByteBuffer;

/**
 * Asynchronous I/O on one file or block device.
 *
 * <p>Confined to the loop it was opened with, except the methods that end in {@code Now}. Buffers are direct and lent
 * until the call back, which comes on the loop, never before the method has returned; position and limit stay. A
 * transfer is whole or failed. A failed write is never tried again here: what it left is unknown.
 *
 * <p>Unit: bytes. Offsets and lengths of writes are multiples of {@link SegmentStore#BLOCK_BYTES}; where the memory is
 * aligned to that too, the page cache may be passed by.
 */
public interface FileIo extends AutoCloseable {
    /** Size of the file or device now. */
    long size() throws StoreException;

    /** Makes a file larger; the new part reads as zeros. Blocks. */
    void growNow(long size) throws StoreException;

    /** Fills the buffer if the page cache has all of it, at once; else false, the content then being anything. */
    boolean tryRead(long offset, ByteBuffer dst);

    /** Fills the buffer. */
    void read(long offset, ByteBuffer dst, StoreDone done);

    /** Writes; on stable storage at the call back. */
    void write(long offset, ByteBuffer src, StoreDone done);

    /** Takes space from the file system, so that writing there cannot lack any. NO_SPACE when there is none. */
    void allocate(long offset, long bytes, StoreDone done);

    /** Drops what the page cache keeps of the range, so that the next read asks the medium. Best effort. */
    void forget(long offset, long bytes);

    /** {@link #read}, blocking; any thread. */
    void readNow(long offset, ByteBuffer dst) throws StoreException;

    /** {@link #write}, blocking; any thread. */
    void writeNow(long offset, ByteBuffer src) throws StoreException;

    /**
     * What the system says of a file that is open.
     *
     * @param bytes its size; {@link Long#MAX_VALUE} for what is not cut short, a device, and when it cannot be told
     * @param named whether it would be found again where it was opened; so too when that cannot be told
     */
    record Standing(long bytes, boolean named) {
        /** Nothing is known to be wrong. */
        static final Standing SOUND = new Standing(Long.MAX_VALUE, true);
    }

    /** Asks the system, not the medium. Blocks; any thread, for a file that was closed as well: the answer means nothing then. */
    Standing standingNow();

    /** How it moves bytes, for the log. */
    String describe();

    /** Waits for what is under way, then closes. */
    @Override
    void close();
}
