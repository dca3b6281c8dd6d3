package dev.sandstone.engine.volume;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A read of any size and place, in steps of at most 1 MiB: whole blocks go straight into the caller's buffer, parts of a
 * block by way of a buffer of the operation.
 *
 * <p>Confined to the shard's loop; reused by way of {@link Shard}.
 */
final class ReadOperation implements BlockRead.Reader {
    private static final int MOST_BLOCKS = 256;
    private static final int BLOCK = VolumeSpec.BLOCK_BYTES;
    private static final int PER_MAP_BLOCK = LogVolume.BLOCKS_PER_MAP_BLOCK;

    private final Shard shard;
    private @Nullable ReadSource source;
    private @Nullable ByteBuffer dst;
    private @Nullable Completion done;
    private @Nullable ByteBuffer edge;

    private long lba;
    private int at;
    private int left;
    private int step;
    private boolean stepping;
    private boolean stepEnded;
    private EngineStatus status = EngineStatus.OK;
    private long detail;

    ReadOperation(Shard shard) {
        this.shard = shard;
    }

    void start(ReadSource from, long first, ByteBuffer into, Completion completion) {
        shard.began();
        source = from;
        dst = into;
        done = completion;
        lba = first;
        at = into.position();
        left = into.remaining() / BLOCK;
        status = EngineStatus.OK;
        detail = 0;
        run(into);
    }

    /** Steps that end at once are taken in a loop, so that a large read in memory does not nest. */
    private void run(ByteBuffer into) {
        stepping = true;
        stepEnded = true;
        while (stepEnded && left > 0 && status == EngineStatus.OK) {
            stepEnded = false;
            step(into);
        }
        stepping = false;
        if (stepEnded) {
            end();
        }
    }

    private void step(ByteBuffer into) {
        int skip = (int) (lba % PER_MAP_BLOCK);
        if (skip != 0 || left < PER_MAP_BLOCK) {
            step = Math.min(left, PER_MAP_BLOCK - skip);
            shard.blockReads().take().start(this, lba / PER_MAP_BLOCK, 1, edge(), 0);
        } else {
            int blocks = Math.min(left / PER_MAP_BLOCK, MOST_BLOCKS);
            step = blocks * PER_MAP_BLOCK;
            shard.blockReads().take().start(this, lba / PER_MAP_BLOCK, blocks, into, at);
        }
    }

    @Override
    public void blocksRead(EngineStatus how, int lost) {
        ByteBuffer into = dst;
        if (into == null) {
            throw new IllegalStateException("no read is under way");
        }
        int skip = (int) (lba % PER_MAP_BLOCK);
        if (how == EngineStatus.OK && (skip != 0 || step < PER_MAP_BLOCK)) {
            into.put(at, edge(), skip * BLOCK, step * BLOCK);
        }
        if (how == EngineStatus.MEDIUM_ERROR) {
            detail = Math.max(lba, (lba / PER_MAP_BLOCK + lost) * PER_MAP_BLOCK);
        }
        status = how;
        lba += step;
        at += step * BLOCK;
        left -= step;
        stepEnded = true;
        if (!stepping) {
            run(into);
        }
    }

    private void end() {
        Completion completion = done;
        done = null;
        source = null;
        dst = null;
        EngineStatus how = status;
        long what = detail;
        shard.reads().giveBack(this);
        if (completion == null) {
            throw new IllegalStateException("no read is under way");
        }
        Told.tell(completion, how, what);
        shard.ended();
    }

    private ByteBuffer edge() {
        ByteBuffer buffer = edge;
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(BlockRead.BLOCK_BYTES);
            edge = buffer;
        }
        return buffer;
    }

    @Override
    public ReadSource source() {
        ReadSource from = source;
        if (from == null) {
            throw new IllegalStateException("no read is under way");
        }
        return from;
    }

    @Override
    public boolean seesAdmitted() {
        return false;
    }
}
