package dev.sandstone.engine.log;

import java.nio.ByteBuffer;

/**
 * A record to be written, and who is told of it: usually the operation itself, so that nothing is allocated.
 *
 * <p>What it says is read during {@link LogWriter#append} only. Blocks are 4 KiB.
 */
public interface LogRecord {
    RecordType type();

    /** The lineage it is about, below 2^48; 0 for none. */
    long lineage();

    /** First block, below 2^48. */
    long block();

    /** How many blocks; with payload at most {@link LogWriter#MAX_RECORD_BLOCKS}. */
    int blocks();

    /** For RELOC the LSN under which the blocks were first written; else not asked. */
    long birth();

    /** For DATA and RELOC 4096 times {@link #blocks}; for a record of bytes their number, at most 4096; else 0. */
    int payloadBytes();

    /** Puts exactly {@link #payloadBytes} bytes at the buffer's position. Asked once, within append. */
    void putPayload(ByteBuffer dst);

    /** For DATA and RELOC the CRC32C of the block of this index; else not asked. */
    int checksum(int index);

    /**
     * The record and all before it are on stable storage. Called on the loop, in the order of LSNs, never within
     * append.
     *
     * @param pointer where the payload lies, its blocks one after the other; meaningless without payload
     */
    void durable(long lsn, long pointer);

    /** The log has failed: whether the record will be there after the next opening is unknown. */
    void failed(long lsn);
}
