package dev.sandstone.engine.cleaner;

import dev.sandstone.engine.log.LogRecord;
import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.map.BlockSpan;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Consecutive blocks of one write that are moved: they keep lineage, place, birth and bytes (I16).
 *
 * <p>Confined to the shard's loop.
 */
public final class Relocation implements LogRecord, BlockSpan {
    private static final int BLOCK_BYTES = 4096;

    private final Evacuation evacuation;
    private final long lineage;
    private final long block;
    private final long birth;
    private final int at;
    private int[] checksums = new int[8];
    private int blocks;

    /** @param at where the bytes lie in the evacuation's buffer */
    Relocation(Evacuation evacuation, long lineage, long block, long birth, int at) {
        this.evacuation = evacuation;
        this.lineage = lineage;
        this.block = block;
        this.birth = birth;
        this.at = at;
    }

    /** Whether that block follows the last one in the same version. */
    boolean isFollowedBy(long nextLineage, long nextBlock, long nextBirth) {
        return lineage == nextLineage && block + blocks == nextBlock && birth == nextBirth;
    }

    void add(int checksum) {
        if (blocks == checksums.length) {
            checksums = Arrays.copyOf(checksums, 2 * blocks);
        }
        checksums[blocks++] = checksum;
    }

    int at() {
        return at;
    }

    /** Of its blocks, from index 0 on. */
    public int[] checksums() {
        return checksums;
    }

    @Override
    public RecordType type() {
        return RecordType.RELOC;
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
        return birth;
    }

    @Override
    public int payloadBytes() {
        return blocks * BLOCK_BYTES;
    }

    @Override
    public void putPayload(ByteBuffer dst) {
        evacuation.copy(at, payloadBytes(), dst);
    }

    @Override
    public int checksum(int index) {
        return checksums[index];
    }

    @Override
    public void durable(long lsn, long pointer) {
        evacuation.moved(this, lsn, pointer);
    }

    @Override
    public void failed(long lsn) {
        evacuation.moveLost();
    }
}
