package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.map.MapSlice;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A change that depends on what is there: a write that covers parts of 4 KiB blocks, and COMPARE AND WRITE.
 *
 * <p>In order: a buffer, the door, the range for itself, the old blocks as of the newest LSN (durable or not), the
 * comparison, the new bytes over the old, one record, and the range is free again. What it read cannot be overtaken,
 * because all later changes of the range wait; and what it answers never rests on something a crash can take back: its
 * own record comes later in the log, and a MISCOMPARE on a durable volume waits until what it saw is durable.
 *
 * <p>A COMPARE AND WRITE goes ahead of writes that wait at the door, and has buffers that these cannot take: by it hosts
 * keep their locks and heartbeats. Where the pool has no room it goes past the door and compares, for a MISCOMPARE needs none; what
 * would overwrite data may use a part of the reserve then. Only what is left begins anew, and waits at the door without the range.
 *
 * <p>Confined to the shard's loop; reused by way of {@link Shard}.
 */
final class ModifyOperation implements BlockRead.Reader, BouncePool.Taker, DataRecord.Owner {
    private static final int BLOCK = VolumeSpec.BLOCK_BYTES;
    private static final int PER_MAP_BLOCK = LogVolume.BLOCKS_PER_MAP_BLOCK;

    /**
     * What to change.
     *
     * @param lba first 512-byte block
     * @param blocks how many
     * @param expected what must be there; null for whatever
     * @param fresh what to put there; null for zeros
     * @param fua acknowledge only when durable
     * @param reclaiming the change serves an UNMAP, which may use the reserve
     */
    record Change(
            long lba,
            int blocks,
            @Nullable ByteBuffer expected,
            @Nullable ByteBuffer fresh,
            boolean fua,
            boolean reclaiming) {
        long firstBlock() {
            return lba / PER_MAP_BLOCK;
        }

        long lastBlock() {
            return (lba + blocks - 1) / PER_MAP_BLOCK;
        }

        int mapBlocks() {
            return (int) (lastBlock() - firstBlock() + 1);
        }

        int payloadBytes() {
            return mapBlocks() * BlockRead.BLOCK_BYTES;
        }

        /** Where the first changed byte lies in the first map block. */
        int skipBytes() {
            return (int) (lba % PER_MAP_BLOCK) * BLOCK;
        }

        boolean cutsFirst() {
            return lba % PER_MAP_BLOCK != 0 || blocks < PER_MAP_BLOCK;
        }

        boolean cutsLast() {
            return (lba + blocks) % PER_MAP_BLOCK != 0;
        }
    }

    private enum Step {
        READ_FIRST,
        READ_LAST,
        MERGE
    }

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
            readOld();
        }
    };

    private @Nullable LogVolume volume;
    private @Nullable Change change;
    private @Nullable Completion done;
    private @Nullable ByteBuffer buffer;
    private BouncePool pool;
    private Step step = Step.READ_FIRST;
    private int readAt;
    private long seenLsn;
    /** Whether the door has let it in, so that it has to leave. */
    private boolean inside;
    /** Whether it went past the door to look. */
    private boolean looked;

    ModifyOperation(Shard shard) {
        this.shard = shard;
        this.record = new DataRecord(shard, this);
        this.pool = shard.bounce(0);
    }

    void start(LogVolume to, Change what, Completion completion) {
        shard.began();
        volume = to;
        change = what;
        done = completion;
        inside = false;
        looked = false;
        pool = what.expected() == null ? shard.bounce(what.payloadBytes()) : shard.compareBuffers(what.payloadBytes());
        pool.take(this);
    }

    @Override
    public void taken(ByteBuffer taken) {
        Change what = change();
        taken.limit(what.payloadBytes());
        buffer = taken;
        if (what.reclaiming()) {
            shard.admission().requestReserved(applicant, what.payloadBytes());
        } else if (what.expected() != null) {
            shard.admission().requestNow(applicant, what.payloadBytes());
        } else {
            shard.admission().request(applicant, what.payloadBytes());
        }
    }

    private void doorAnswered(EngineStatus status) {
        Change what = change();
        inside = status == EngineStatus.OK;
        boolean looks = status == EngineStatus.SPACE_EXHAUSTED && what.expected() != null && !looked;
        if (!inside && !looks) {
            finish(status, 0);
            return;
        }
        looked |= looks;
        volume().locks().acquire(range, what.firstBlock(), what.lastBlock(), true);
    }

    private void readOld() {
        Change what = change();
        EngineStatus status = volume().writable(what.lba(), what.blocks());
        if (status != EngineStatus.OK) {
            giveUp(status, 0);
            return;
        }
        seenLsn = volume().lastLsn();
        readAt = 0;
        if (what.expected() != null) {
            step = Step.MERGE;
            read(what.firstBlock(), what.mapBlocks());
        } else if (what.cutsFirst()) {
            step = what.mapBlocks() > 1 && what.cutsLast() ? Step.READ_LAST : Step.MERGE;
            read(what.firstBlock(), 1);
        } else {
            readLast(what);
        }
    }

    private void readLast(Change what) {
        step = Step.MERGE;
        readAt = what.payloadBytes() - BlockRead.BLOCK_BYTES;
        read(what.lastBlock(), 1);
    }

    private void read(long first, int count) {
        shard.blockReads().take().start(this, first, count, buffer(), readAt);
    }

    @Override
    public void blocksRead(EngineStatus status, int lost) {
        Change what = change();
        if (status == EngineStatus.MEDIUM_ERROR) {
            long block = what.firstBlock() + readAt / BlockRead.BLOCK_BYTES + lost;
            giveUp(status, Math.max(what.lba(), block * PER_MAP_BLOCK));
        } else if (status != EngineStatus.OK) {
            giveUp(status, 0);
        } else if (step == Step.READ_LAST) {
            readLast(what);
        } else {
            merge(what);
        }
    }

    private void merge(Change what) {
        ByteBuffer bytes = buffer();
        ByteBuffer changed = bytes.slice(what.skipBytes(), what.blocks() * BLOCK);
        ByteBuffer expected = what.expected();
        int differs = expected == null ? -1 : changed.mismatch(expected);
        EngineStatus status = volume().writable(what.lba(), what.blocks());
        if (status != EngineStatus.OK) {
            giveUp(status, 0);
        } else if (differs >= 0) {
            miscompare(differs);
        } else if (inside || comesIn(what)) {
            ByteBuffer fresh = what.fresh();
            if (fresh == null) {
                fillZeros(changed);
            } else {
                changed.put(0, fresh, fresh.position(), fresh.remaining());
            }
            append(what, bytes);
        }
    }

    /** Whether it is let in at once, for what it displaces; else it asks at the door, and may be over when this returns. */
    private boolean comesIn(Change what) {
        boolean displacing = displaces(what);
        boolean let = displacing && shard.admission().tryDisplacing(what.payloadBytes());
        inside = let;
        if (!let) {
            volume().locks().release(range);
            if (displacing) {
                shard.admission().requestDisplacing(applicant, what.payloadBytes());
            } else {
                shard.admission().requestFirst(applicant, what.payloadBytes());
            }
        }
        return let;
    }

    /** Whether all that it overwrites is data. */
    private boolean displaces(Change what) {
        MapSlice now = new MapSlice(what.mapBlocks());
        boolean known = volume().map().lookup(what.firstBlock(), what.mapBlocks(), now);
        for (int i = 0; known && i < what.mapBlocks(); i++) {
            known = Pointer.hasData(now.pointer(i)) || volume().isVisible(what.firstBlock() + i, true);
        }
        return known;
    }

    private static void fillZeros(ByteBuffer bytes) {
        for (int i = 0; i < bytes.limit(); i += Long.BYTES) {
            bytes.putLong(i, 0);
        }
    }

    private void append(Change what, ByteBuffer bytes) {
        LogVolume to = volume();
        boolean early = !what.fua() && to.writePolicy() == WritePolicy.WRITE_BACK;
        record.append(to, what.firstBlock(), bytes);
        release(to);
        if (early) {
            acknowledge(EngineStatus.OK, 0);
        }
    }

    private void miscompare(int differs) {
        LogVolume to = volume();
        leave();
        boolean revocable = to.writePolicy() == WritePolicy.DURABLE
                && seenLsn > shard.durability().durableLsn();
        Completion completion = done;
        if (revocable && completion != null) {
            done = null;
            release(to);
            // The log's newest LSN, not the volume's: waits are in order over the whole shard.
            shard.durability().await(shard.log().lastLsn(), (status, detail) -> {
                boolean ok = status == EngineStatus.OK;
                Told.tell(completion, ok ? EngineStatus.MISCOMPARE : status, ok ? differs : 0);
            });
        } else {
            release(to);
        }
        finish(EngineStatus.MISCOMPARE, differs);
    }

    private void giveUp(EngineStatus status, long detail) {
        leave();
        release(volume());
        finish(status, detail);
    }

    private void leave() {
        if (inside) {
            shard.admission().left(change().payloadBytes());
        }
    }

    /** The buffer before the range: who waits for the range may be served now and must find nothing of ours in use. */
    private void release(LogVolume to) {
        ByteBuffer bytes = buffer();
        buffer = null;
        to.locks().release(range);
        pool.giveBack(bytes);
    }

    @Override
    public void recordEnded(boolean durable) {
        finish(durable ? EngineStatus.OK : EngineStatus.IO_ERROR, 0);
    }

    private void acknowledge(EngineStatus status, long detail) {
        Completion completion = done;
        done = null;
        if (completion != null) {
            Told.tell(completion, status, detail);
        }
    }

    private void finish(EngineStatus status, long detail) {
        ByteBuffer bytes = buffer;
        buffer = null;
        acknowledge(status, detail);
        volume = null;
        change = null;
        BouncePool lender = pool;
        shard.modifies().giveBack(this);
        if (bytes != null) {
            lender.giveBack(bytes);
        }
        shard.ended();
    }

    private Change change() {
        Change what = change;
        if (what == null) {
            throw new IllegalStateException("no change is under way");
        }
        return what;
    }

    private ByteBuffer buffer() {
        ByteBuffer bytes = buffer;
        if (bytes == null) {
            throw new IllegalStateException("no change is under way");
        }
        return bytes;
    }

    @Override
    public ReadSource source() {
        return volume();
    }

    private LogVolume volume() {
        LogVolume to = volume;
        if (to == null) {
            throw new IllegalStateException("no change is under way");
        }
        return to;
    }

    @Override
    public boolean seesAdmitted() {
        return true;
    }
}
