package dev.sandstone.engine.volume;

import dev.sandstone.engine.cache.BlockCache;
import dev.sandstone.engine.log.LogRecord;
import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.map.BlockSpan;
import dev.sandstone.engine.store.LogStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One DATA record on its way: from the log's memory, where it is pending, to the map, once it is durable.
 *
 * <p>Confined to the shard's loop; part of the operation that owns it, reused with it.
 */
final class DataRecord implements BlockSpan, LogRecord {
    private static final int USUAL_BLOCKS = 8;

    /** Whose record it is: told once for each append. */
    @FunctionalInterface
    interface Owner {
        /** @param durable false when the log failed: then whether the record survives a crash is unknown */
        void recordEnded(boolean durable);
    }

    private final Shard shard;
    private final Owner owner;
    private final CRC32C crc = new CRC32C();
    private int[] checksums = new int[USUAL_BLOCKS];
    private @Nullable LogVolume volume;
    private @Nullable ByteBuffer source;
    private long lineage;
    private long block;
    private int blocks;
    private int payloadBytes;

    DataRecord(Shard shard, Owner owner) {
        this.shard = shard;
        this.owner = owner;
    }

    /**
     * Gives the record its LSN; the payload, position to limit, is copied and as it was afterwards. The volume's door
     * was passed with as many bytes; the range is the caller's.
     */
    void append(LogVolume to, long first, ByteBuffer payload) {
        volume = to;
        lineage = to.lineage();
        block = first;
        payloadBytes = payload.remaining();
        blocks = payloadBytes / BlockRead.BLOCK_BYTES;
        checksum(payload);
        source = payload;
        long lsn = shard.log().append(LogStream.USER, this);
        source = null;
        to.pending().add(lsn, block, blocks);
        to.appended(lsn);
    }

    private void checksum(ByteBuffer payload) {
        if (checksums.length < blocks) {
            checksums = new int[BlockRead.MOST_BLOCKS];
        }
        int position = payload.position();
        int limit = payload.limit();
        for (int i = 0; i < blocks; i++) {
            int at = position + i * BlockRead.BLOCK_BYTES;
            payload.limit(at + BlockRead.BLOCK_BYTES).position(at);
            crc.reset();
            crc.update(payload);
            checksums[i] = (int) crc.getValue();
        }
        payload.limit(limit).position(position);
    }

    @Override
    public void durable(long lsn, long pointer) {
        LogVolume to = end();
        keep(lsn, pointer);
        shard.facts().data(lsn, this, pointer, checksums);
        to.pending().settle(lsn, block, blocks);
        shard.recordDurable(lsn);
        shard.admission().left(payloadBytes);
        owner.recordEnded(true);
    }

    /** What was just written is often read soon, and the page cache does not have it. */
    private void keep(long lsn, long pointer) {
        BlockCache cache = shard.cache();
        if (cache.keepsWrites(blocks)) {
            for (int i = 0; i < blocks; i++) {
                shard.log().readPending(lsn, i * BlockRead.BLOCK_BYTES, cache.room());
                cache.keepWritten(Pointer.plus(pointer, i), checksums[i]);
            }
        }
    }

    /** What was pending stays so: a write-back volume has acknowledged it and must not show older data. */
    @Override
    public void failed(long lsn) {
        end();
        shard.recordFailed();
        shard.admission().left(payloadBytes);
        owner.recordEnded(false);
    }

    private LogVolume end() {
        LogVolume to = volume;
        if (to == null) {
            throw new IllegalStateException("the record is not under way");
        }
        volume = null;
        return to;
    }

    @Override
    public RecordType type() {
        return RecordType.DATA;
    }

    @Override
    public long lineage() {
        return lineage;
    }

    @Override
    public long block() {
        return block;
    }

    @Override
    public int blocks() {
        return blocks;
    }

    @Override
    public long birth() {
        return 0;
    }

    @Override
    public int payloadBytes() {
        return payloadBytes;
    }

    @Override
    public void putPayload(ByteBuffer dst) {
        ByteBuffer bytes = source;
        if (bytes == null) {
            throw new IllegalStateException("the record is not being appended");
        }
        dst.put(dst.position(), bytes, bytes.position(), payloadBytes);
        dst.position(dst.position() + payloadBytes);
    }

    @Override
    public int checksum(int index) {
        return checksums[index];
    }
}
