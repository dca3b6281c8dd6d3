package dev.sandstone.engine.volume;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.map.LineageMap;
import dev.sandstone.engine.recovery.VolumeRow;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A volume whose blocks lie in the log of a shard. What it keeps in memory is confined to the shard's loop. */
final class LogVolume implements Volume, ReadSource {
    static final int BLOCKS_PER_MAP_BLOCK = VolumeRow.BLOCKS_PER_MAP_BLOCK;

    private static final int BLOCK = VolumeSpec.BLOCK_BYTES;
    private static final int MOST_COMPARED_BYTES = 128 << 10;

    private final Shard shard;
    private final VolumeId id;
    private long lineage;
    private LineageMap map;
    private final RangeLocks locks = new RangeLocks();
    private final PendingData pending;
    private volatile long blocks;
    private volatile WritePolicy policy;
    private long lastLsn;
    private boolean destroyed;

    LogVolume(Shard shard, VolumeRow row) {
        this.shard = shard;
        this.id = new VolumeId(row.id());
        this.lineage = row.lineage();
        this.map = shard.map().lineage(row.lineage());
        this.blocks = row.blocks();
        this.policy = row.writeBack() ? WritePolicy.WRITE_BACK : WritePolicy.DURABLE;
        this.pending = new PendingData(row.writeBack());
    }

    // what everybody may ask

    @Override
    public VolumeId id() {
        return id;
    }

    @Override
    public ShardLoop loop() {
        return shard.loop();
    }

    @Override
    public long blocks() {
        return blocks;
    }

    @Override
    public WritePolicy writePolicy() {
        return policy;
    }

    // operations

    @Override
    public void read(long lba, ByteBuffer dst, Completion done) {
        if (!shard.loop().inLoop()) {
            shard.loop().execute(() -> read(lba, dst, done));
            return;
        }
        EngineStatus status = startable(lba, dst.remaining());
        if (status == EngineStatus.OK) {
            shard.reads().take().start(this, lba, dst, done);
        } else {
            done.done(status, 0);
        }
    }

    @Override
    public void write(long lba, ByteBuffer src, boolean fua, Completion done) {
        if (!shard.loop().inLoop()) {
            shard.loop().execute(() -> write(lba, src, fua, done));
            return;
        }
        EngineStatus status = startable(lba, src.remaining());
        if (status != EngineStatus.OK || !src.hasRemaining()) {
            done.done(status, 0);
        } else if (src.remaining() <= shard.atomicBytes()) {
            writePart(lba, src, fua, done);
        } else {
            split(lba, src, fua, done);
        }
    }

    /** Cuts at multiples of 1 MiB of the volume, so that only the first and the last part may cut a block. */
    private void split(long lba, ByteBuffer src, boolean fua, Completion done) {
        Join join = new Join(done);
        int partBlocks = shard.atomicBytes() / BLOCK;
        long at = lba;
        int offset = src.position();
        while (offset < src.limit()) {
            int part = (int) Math.min(src.limit() - offset, (partBlocks - at % partBlocks) * BLOCK);
            writePart(at, src.slice(offset, part), fua, join.part());
            at += part / BLOCK;
            offset += part;
        }
        join.begun();
    }

    private void writePart(long lba, ByteBuffer src, boolean fua, Completion done) {
        int count = src.remaining() / BLOCK;
        if (lba % BLOCKS_PER_MAP_BLOCK == 0 && count % BLOCKS_PER_MAP_BLOCK == 0) {
            shard.writes().take().start(this, lba, src, fua, done);
        } else {
            modify(new ModifyOperation.Change(lba, count, null, src, fua, false), done);
        }
    }

    private void modify(ModifyOperation.Change change, Completion done) {
        shard.modifies().take().start(this, change, done);
    }

    @Override
    public void compareAndWrite(long lba, ByteBuffer expected, ByteBuffer replacement, boolean fua, Completion done) {
        if (!shard.loop().inLoop()) {
            shard.loop().execute(() -> compareAndWrite(lba, expected, replacement, fua, done));
            return;
        }
        int bytes = expected.remaining();
        EngineStatus status = startable(lba, bytes);
        if (bytes != replacement.remaining() || bytes > MOST_COMPARED_BYTES) {
            status = EngineStatus.OUT_OF_RANGE;
        }
        if (status != EngineStatus.OK || bytes == 0) {
            done.done(status, 0);
        } else {
            modify(new ModifyOperation.Change(lba, bytes / BLOCK, expected, replacement, fua, false), done);
        }
    }

    @Override
    public void unmap(List<BlockRange> ranges, Completion done) {
        if (!shard.loop().inLoop()) {
            shard.loop().execute(() -> unmap(ranges, done));
            return;
        }
        EngineStatus status = EngineStatus.OK;
        for (BlockRange range : ranges) {
            status = status == EngineStatus.OK ? startable(range) : status;
        }
        if (status != EngineStatus.OK) {
            done.done(status, 0);
            return;
        }
        Join join = new Join(done);
        for (BlockRange range : ranges) {
            discard(range, true, true, join);
        }
        join.begun();
    }

    @Override
    public void writeZeros(BlockRange range, boolean fua, Completion done) {
        if (!shard.loop().inLoop()) {
            shard.loop().execute(() -> writeZeros(range, fua, done));
            return;
        }
        EngineStatus status = startable(range);
        boolean whole = range.lba() % BLOCKS_PER_MAP_BLOCK == 0 && range.blocks() % BLOCKS_PER_MAP_BLOCK == 0;
        if (status != EngineStatus.OK) {
            done.done(status, 0);
        } else if (!whole && range.blocks() <= shard.atomicBytes() / BLOCK) {
            modify(new ModifyOperation.Change(range.lba(), (int) range.blocks(), null, null, fua, false), done);
        } else {
            Join join = new Join(done);
            discard(range, false, false, join);
            join.begun();
        }
    }

    /** Whole blocks by records without payload, parts of a block by zeroing them. */
    private void discard(BlockRange range, boolean unmap, boolean reclaiming, Join join) {
        long at = range.lba();
        long end = range.end();
        long firstWhole = Math.ceilDiv(at, BLOCKS_PER_MAP_BLOCK);
        long endWhole = Math.floorDiv(end, BLOCKS_PER_MAP_BLOCK);
        if (firstWhole > endWhole) {
            zeroPart(at, end, reclaiming, join);
            return;
        }
        zeroPart(at, firstWhole * BLOCKS_PER_MAP_BLOCK, reclaiming, join);
        for (long block = firstWhole; block < endWhole; block += DiscardOperation.MOST_BLOCKS) {
            int count = (int) Math.min(endWhole - block, DiscardOperation.MOST_BLOCKS);
            new DiscardOperation(this, block, count, unmap, join.part()).start();
        }
        zeroPart(endWhole * BLOCKS_PER_MAP_BLOCK, end, reclaiming, join);
    }

    private void zeroPart(long from, long to, boolean reclaiming, Join join) {
        if (from < to) {
            modify(new ModifyOperation.Change(from, (int) (to - from), null, null, false, reclaiming), join.part());
        }
    }

    @Override
    public void share(Volume source, long sourceLba, BlockRange range, LongConsumer placed, Completion done) {
        if (!shard.loop().inLoop()) {
            shard.loop().execute(() -> share(source, sourceLba, range, placed, done));
            return;
        }
        EngineStatus status = startable(range);
        long count = Math.min(range.blocks() / BLOCKS_PER_MAP_BLOCK, ShareOperation.MOST_BLOCKS);
        boolean aligned = sourceLba % BLOCKS_PER_MAP_BLOCK == 0 && range.lba() % BLOCKS_PER_MAP_BLOCK == 0;
        if (status == EngineStatus.OK && (sourceLba < 0 || sourceLba > source.blocks() - range.blocks())) {
            status = EngineStatus.OUT_OF_RANGE;
        }
        boolean apart = !source.equals(this) || Math.abs(sourceLba - range.lba()) >= range.blocks();
        ReadSource from = shard.sourceOf(source);
        if (status != EngineStatus.OK || count == 0 || !aligned || !apart || from == null) {
            done.done(status, 0);
        } else {
            long begin = sourceLba / BLOCKS_PER_MAP_BLOCK;
            ShareOperation.Waiter waiter = new ShareOperation.Waiter(placed, done);
            new ShareOperation(this, range.lba() / BLOCKS_PER_MAP_BLOCK, (int) count, waiter).start(from, begin);
        }
    }

    @Override
    public void extents(BlockRange range, List<ExtentStatus> into, int most, Completion done) {
        if (!shard.loop().inLoop()) {
            shard.loop().execute(() -> extents(range, into, most, done));
            return;
        }
        EngineStatus status = startable(range);
        if (status == EngineStatus.OK) {
            new ExtentOperation(shard, this, new ExtentOperation.Question(range, into, most), done).start();
        } else {
            done.done(status, 0);
        }
    }

    @Override
    public byte @Nullable [] annex(int kind) {
        return shard.facts().annexes().find(id.uuid(), kind);
    }

    @Override
    public void keepAnnex(int kind, byte[] bytes, Completion done) {
        if (!shard.loop().inLoop()) {
            shard.loop().execute(() -> keepAnnex(kind, bytes, done));
            return;
        }
        EngineStatus status = startable(0, 0);
        if (status == EngineStatus.OK) {
            new AnnexOperation(this, shard.facts().annexes().parts(id.uuid(), kind, bytes), done).start();
        } else {
            done.done(status, 0);
        }
    }

    @Override
    public void flush(Completion done) {
        if (!shard.loop().inLoop()) {
            shard.loop().execute(() -> flush(done));
            return;
        }
        EngineStatus status = startable(0, 0);
        if (status != EngineStatus.OK) {
            done.done(status, 0);
        } else if (lastLsn <= shard.durability().durableLsn()) {
            done.done(EngineStatus.OK, 0);
        } else {
            shard.durability().await(shard.log().lastLsn(), done);
        }
    }

    // whether an operation may go on

    private EngineStatus startable(BlockRange range) {
        boolean inside = range.end() <= blocks;
        return inside ? startable(range.lba(), 0) : EngineStatus.OUT_OF_RANGE;
    }

    private EngineStatus startable(long lba, int bytes) {
        if (shard.closing()) {
            return EngineStatus.CLOSED;
        }
        if (destroyed) {
            return EngineStatus.NOT_FOUND;
        }
        if (bytes % BLOCK != 0 || lba < 0 || lba > blocks - bytes / BLOCK) {
            return EngineStatus.OUT_OF_RANGE;
        }
        return shard.full() ? EngineStatus.BUSY : EngineStatus.OK;
    }

    /** Whether a record for this range may be appended now; the volume may have changed since the operation began. */
    EngineStatus writable(long lba, long count) {
        if (destroyed) {
            return EngineStatus.NOT_FOUND;
        }
        if (lba + count > blocks) {
            return EngineStatus.OUT_OF_RANGE;
        }
        return shard.log().failure() == null ? EngineStatus.OK : EngineStatus.IO_ERROR;
    }

    // state for the operations

    Shard shard() {
        return shard;
    }

    long lineage() {
        return lineage;
    }

    @Override
    public LineageMap map() {
        return map;
    }

    RangeLocks locks() {
        return locks;
    }

    PendingData pending() {
        return pending;
    }

    /** The newest record of this volume. */
    long lastLsn() {
        return lastLsn;
    }

    void appended(long lsn) {
        lastLsn = lsn;
    }

    @Override
    public boolean anyVisible(boolean seesAdmitted) {
        return pending.anyVisible(seesAdmitted);
    }

    @Override
    public boolean isVisible(long block, boolean seesAdmitted) {
        return pending.visible(block, seesAdmitted) != null;
    }

    /** What has an LSN and is not pending data, UNMAP and copies by reference, holds its range until it is durable. */
    @Override
    public boolean isSettled(long block, int count) {
        if (locks.isChanging(block, block + count - 1)) {
            return false;
        }
        for (int i = 0; anyVisible(false) && i < count; i++) {
            if (isVisible(block + i, false)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void copyPending(long block, boolean seesAdmitted, ByteBuffer into, int at) {
        PendingBlocks where = pending.visible(block, seesAdmitted);
        if (where == null) {
            throw new IllegalStateException("nothing that shows of block " + block + " is pending");
        }
        int handle = where.find(block);
        int position = into.position();
        int limit = into.limit();
        into.limit(at + BlockMap.BLOCK_BYTES).position(at);
        shard.log().readPending(where.lsnAt(handle), where.placeAt(handle) * BlockMap.BLOCK_BYTES, into);
        into.limit(limit).position(position);
    }

    // changes by the pool

    void resized(long newBlocks) {
        blocks = newBlocks;
    }

    /** From now on it is the name of another lineage. Nothing of it is pending: its whole range is held. */
    void rolledBack(VolumeRow row) {
        lineage = row.lineage();
        map = shard.map().lineage(row.lineage());
        blocks = row.blocks();
    }

    /** From now on; data that was acknowledged early stays visible. */
    void policyChanged(WritePolicy now) {
        policy = now;
        pending.becomes(now);
    }

    void destroyed() {
        destroyed = true;
    }

    @Override
    public boolean isGone() {
        return destroyed;
    }
}
