package dev.sandstone.engine.volume;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A write of whole 4 KiB blocks, at most 1 MiB: door, range, LSN; then acknowledged at once (write-back) or when durable.
 *
 * <p>Confined to the shard's loop; reused by way of {@link Shard}.
 */
final class WriteOperation implements DataRecord.Owner {
    private final Shard shard;
    private final DataRecord record;
    private final Admission.Applicant applicant = new Admission.Applicant() {
        @Override
        void admitted(EngineStatus status) {
            doorAnswered(status);
        }
    };
    private final RangeLocks.Request range = new RangeLocks.Request() {
        @Override
        void granted() {
            LogVolume to = volume();
            EngineStatus status = append(to);
            to.locks().release(this);
            if (status != EngineStatus.OK) {
                refuse(status);
            }
        }
    };

    private @Nullable LogVolume volume;
    private @Nullable ByteBuffer src;
    private @Nullable Completion done;
    private long lba;
    private boolean fua;

    WriteOperation(Shard shard) {
        this.shard = shard;
        this.record = new DataRecord(shard, this);
    }

    void start(LogVolume to, long at, ByteBuffer bytes, boolean forced, Completion completion) {
        shard.began();
        volume = to;
        lba = at;
        src = bytes;
        fua = forced;
        done = completion;
        shard.admission().request(applicant, bytes.remaining());
    }

    private void doorAnswered(EngineStatus status) {
        if (status != EngineStatus.OK) {
            acknowledge(status);
            recycle();
            return;
        }
        LogVolume to = volume();
        RangeLocks locks = to.locks();
        if (locks.idle()) {
            EngineStatus appended = append(to);
            if (appended != EngineStatus.OK) {
                refuse(appended);
            }
        } else {
            long first = firstBlock();
            locks.acquire(range, first, first + payload().remaining() / BlockRead.BLOCK_BYTES - 1, false);
        }
    }

    /** Answers why not when the volume has changed meanwhile; then the range is to be given up before {@link #refuse}. */
    private EngineStatus append(LogVolume to) {
        ByteBuffer bytes = payload();
        EngineStatus status = to.writable(lba, bytes.remaining() / VolumeSpec.BLOCK_BYTES);
        if (status == EngineStatus.OK) {
            boolean early = !fua && to.writePolicy() == WritePolicy.WRITE_BACK;
            record.append(to, firstBlock(), bytes);
            if (early) {
                acknowledge(EngineStatus.OK);
            }
        }
        return status;
    }

    private void refuse(EngineStatus status) {
        shard.admission().left(payload().remaining());
        acknowledge(status);
        recycle();
    }

    @Override
    public void recordEnded(boolean durable) {
        acknowledge(durable ? EngineStatus.OK : EngineStatus.IO_ERROR);
        recycle();
    }

    /** The first answer counts: a write-back write has had it when it becomes durable. */
    private void acknowledge(EngineStatus status) {
        Completion completion = done;
        done = null;
        src = null;
        if (completion != null) {
            Told.tell(completion, status, 0);
        }
    }

    private void recycle() {
        volume = null;
        shard.writes().giveBack(this);
        shard.ended();
    }

    private long firstBlock() {
        return lba / LogVolume.BLOCKS_PER_MAP_BLOCK;
    }

    private LogVolume volume() {
        LogVolume to = volume;
        if (to == null) {
            throw new IllegalStateException("no write is under way");
        }
        return to;
    }

    private ByteBuffer payload() {
        ByteBuffer bytes = src;
        if (bytes == null) {
            throw new IllegalStateException("no write is under way");
        }
        return bytes;
    }
}
