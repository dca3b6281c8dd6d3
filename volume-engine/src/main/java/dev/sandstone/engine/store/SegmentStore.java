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
 * the medium is unknown. It is never retried. Reads go on.
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
