package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.LogRecord;
import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.map.BlockSpan;
import dev.sandstone.engine.store.LogStream;
import java.nio.ByteBuffer;

/**
 * Makes whole 4 KiB blocks read as zeros by a record without payload, an UNMAP or a ZERO.
 *
 * <p>Unlike data it is not visible before it is durable, so it keeps its range shared until then: changes that depend on
 * what is there wait for it, plain writes do not.
 *
 * <p>Confined to the shard's loop; for one use.
 */
final class DiscardOperation extends RangeLocks.Request implements BlockSpan, LogRecord {
    /** Most blocks of one record. */
    static final int MOST_BLOCKS = 1 << 30;

    private final Shard shard;
    private final LogVolume volume;
    private final long block;
    private final int blocks;
    private final boolean unmap;
    private final Completion done;
    private final Admission.Applicant applicant = new Admission.Applicant() {
        @Override
        void admitted(EngineStatus status) {
            doorAnswered(status);
        }
    };

    /** @param unmap UNMAP if true, else ZERO */
    DiscardOperation(LogVolume volume, long block, int blocks, boolean unmap, Completion done) {
        this.shard = volume.shard();
        this.volume = volume;
        this.block = block;
        this.blocks = blocks;
        this.unmap = unmap;
        this.done = done;
    }

    void start() {
        shard.began();
        shard.admission().requestReserved(applicant, 0);
    }

    private void doorAnswered(EngineStatus status) {
        if (status == EngineStatus.OK) {
            volume.locks().acquire(this, block, block + blocks - 1, false);
        } else {
            Told.tell(done, status, 0);
            shard.ended();
        }
    }

    @Override
    void granted() {
        int perBlock = LogVolume.BLOCKS_PER_MAP_BLOCK;
        EngineStatus status = volume.writable(block * perBlock, (long) blocks * perBlock);
        if (status == EngineStatus.OK) {
            volume.appended(shard.log().append(LogStream.USER, this));
        } else {
            end(status);
        }
    }

    @Override
    public void durable(long lsn, long pointer) {
        if (unmap) {
            shard.facts().unmap(lsn, this);
        } else {
            shard.facts().zero(lsn, this);
        }
        shard.recordDurable(lsn);
        shard.want();
        end(EngineStatus.OK);
    }

    @Override
    public void failed(long lsn) {
        shard.recordFailed();
        end(EngineStatus.IO_ERROR);
    }

    private void end(EngineStatus status) {
        volume.locks().release(this);
        shard.admission().left(0);
        Told.tell(done, status, 0);
        shard.ended();
    }

    @Override
    public long lineage() {
        return volume.lineage();
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
    public RecordType type() {
        return unmap ? RecordType.UNMAP : RecordType.ZERO;
    }

    @Override
    public long birth() {
        return 0;
    }

    @Override
    public int payloadBytes() {
        return 0;
    }

    @Override
    public void putPayload(ByteBuffer dst) {}

    @Override
    public int checksum(int index) {
        return 0;
    }
}
