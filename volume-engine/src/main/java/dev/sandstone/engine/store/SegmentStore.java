package dev.sandstone.engine.store;

import java.nio.ByteBuffer;
import java.util.Collection;

/**
 * The only seam between the engine and its disks: numbered segments that are written once, from front to back, read at
 * will, and given back as a whole.
 *
 * <p>A segment has {@link #segmentBytes()} bytes; its header takes the first {@link #BLOCK_BYTES}, so data begins
 * there. Ids are never used twice, in the store's whole life; the place of a deleted segment is.
 *
 * <p>Confined to the loop that the store was opened with, except the methods that end in {@code Now}: those block, and
 * are for opening, checking and closing. All buffers are direct; they are lent until the call back, and the store
 * changes neither position nor limit.
 *
 * <p>After a write has failed nothing is written any more: every later write fails too, and what the failed one left on
 * the medium is unknown. It is never retried. Reads go on. A store of several disks goes on without the disk that
 * failed, as long as the write succeeded on another one.
 */
public interface SegmentStore extends AutoCloseable {
    /** Unit of appends, in place and length, in bytes; also the size of a segment's header. */
    int BLOCK_BYTES = 4096;

    /** Identity of pool and disk, the shards and their epochs. */
    Superblock superblock();

    /**
     * Replaces the superblock; its generation must be one more. Blocks until durable.
     *
     * @throws StoreException when it is not certain which of the two is in force
     */
    void updateSuperblockNow(Superblock next) throws StoreException;

    /** Size of each segment, its header included. */
    int segmentBytes();

    /** How many segments fit. */
    long slots();

    /** How many more segments can be created now. */
    long freeSlots();

    /** The segments that exist, in order of their ids; a copy. */
    Collection<SegmentHeader> segments();

    /**
     * How many places begin neither with a sound segment header nor empty: what they hold is no segment any more, and no
     * segment is put there. They do not count as {@link #slots}.
     */
    int damagedSlots();

    /** {@link #readNow} from such a place, numbered from 0. */
    void readDamagedNow(int index, int offset, ByteBuffer dst) throws StoreException;

    /** Makes such a place a free slot: what it held is known to be elsewhere. Blocks; those behind it move up by one. */
    default void releaseDamagedNow(int index) throws StoreException {
        throw new UnsupportedOperationException("there is no other copy of what it held");
    }

    /** An id that no segment of this store ever had; each call gives another. */
    long newId();

    /** Makes a segment: durable at the call back. There must be a free slot; the id must come from {@link #newId}. */
    void create(SegmentHeader header, StoreDone done);

    /**
     * Writes into a segment, durable at the call back. Place and length are multiples of {@link #BLOCK_BYTES}, and no
     * byte of a segment is written twice. Appends may be under way at once and then end in any order.
     */
    void append(long segment, int offset, ByteBuffer bytes, StoreDone done);

    /** {@link #append}, blocking. */
    void appendNow(long segment, int offset, ByteBuffer bytes) throws StoreException;

    /** Fills the buffer when memory has all the bytes; else answers false at once, having changed maybe the content. */
    boolean tryRead(long segment, int offset, ByteBuffer dst);

    /** Fills the buffer. Reading what was never written gives any bytes. */
    void read(long segment, int offset, ByteBuffer dst, StoreDone done);

    /** {@link #read} that asks the medium, not what memory kept of it: the second try when a checksum did not match. */
    void reread(long segment, int offset, ByteBuffer dst, StoreDone done);

    /** {@link #read}, blocking; any thread. */
    void readNow(long segment, int offset, ByteBuffer dst) throws StoreException;

    /**
     * Where the segment has copies: bit i for a copy of number i. Numbers stay while the store is open; after a disk has
     * failed a copy may be gone. 0 when there is no such segment. Any thread.
     */
    default int copies(long segment) {
        return 1;
    }

    /** The copy that {@link #read} reads. */
    default int preferredCopy(long segment) {
        return 0;
    }

    /** {@link #reread} of one copy. */
    default void readCopy(long segment, int copy, int offset, ByteBuffer dst, StoreDone done) {
        reread(segment, offset, dst, done);
    }

    /** {@link #readNow} of one copy. */
    default void readCopyNow(long segment, int copy, int offset, ByteBuffer dst) throws StoreException {
        readNow(segment, offset, dst);
    }

    /** {@link #readCopy}, blocking; any thread. */
    default void rereadCopyNow(long segment, int copy, int offset, ByteBuffer dst) throws StoreException {
        readNow(segment, offset, dst);
    }

    /**
     * Writes bytes that a copy has lost over what it has, and reads them again. Best effort, in the background: what
     * fails is a matter between the store and the disk. The bytes are copied before it returns.
     *
     * @param offset multiple of {@link #BLOCK_BYTES}, as is the length
     */
    default void repair(long segment, int copy, int offset, ByteBuffer right) {
        throw new UnsupportedOperationException("there is no other copy to repair from");
    }

    /** {@link #repair}, blocking. */
    default void repairNow(long segment, int copy, int offset, ByteBuffer right) throws StoreException {
        throw new UnsupportedOperationException("there is no other copy to repair from");
    }

    /**
     * Whether a segment that is still appended to is on fewer disks than a new one would be: the log had better go on in
     * another one.
     */
    default boolean impaired(long segment) {
        return false;
    }

    /**
     * Gives a segment back; its slot is free from the call back on. A crash before may bring it back, whole. Nothing
     * may be under way on it.
     */
    void delete(long segment, StoreDone done);

    /** How bytes are moved, in a line for the log. */
    String describe();

    /** Waits for what is under way and lets go of the disk. Blocks; not on the loop unless nothing is under way. */
    @Override
    void close();
}
