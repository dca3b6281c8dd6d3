package dev.sandstone.engine.volume;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.map.MapView;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A snapshot as a volume that can only be read. What it keeps in memory is confined to the shard's loop. */
final class SnapshotView implements Volume, ReadSource {
    private static final int BLOCK = VolumeSpec.BLOCK_BYTES;

    private final Shard shard;
    private final Snapshot snapshot;
    private final MapView map;
    private boolean gone;

    SnapshotView(Shard shard, Snapshot snapshot, MapView map) {
        this.shard = shard;
        this.snapshot = snapshot;
        this.map = map;
    }

    Shard shard() {
        return shard;
    }

    /** The snapshot is deleted. */
    void deleted() {
        gone = true;
        map.close();
    }

    @Override
    public VolumeId id() {
        return new VolumeId(snapshot.id().uuid());
    }

    @Override
    public ShardLoop loop() {
        return shard.loop();
    }

    @Override
    public long blocks() {
        return snapshot.blocks();
    }

    @Override
    public WritePolicy writePolicy() {
        return WritePolicy.DURABLE;
    }

    @Override
    public void read(long lba, ByteBuffer dst, Completion done) {
        shard.loop().run(() -> {
            EngineStatus status = startable(lba, dst.remaining() / BLOCK);
            boolean whole = dst.remaining() % BLOCK == 0;
            if (status == EngineStatus.OK && !whole) {
                status = EngineStatus.OUT_OF_RANGE;
            }
            if (status == EngineStatus.OK && shard.full()) {
                status = EngineStatus.BUSY;
            }
            if (status == EngineStatus.OK) {
                shard.reads().take().start(this, lba, dst, done);
            } else {
                done.done(status, 0);
            }
        });
    }

    private EngineStatus startable(long lba, long count) {
        if (shard.closing()) {
            return EngineStatus.CLOSED;
        }
        if (gone) {
            return EngineStatus.NOT_FOUND;
        }
        return lba < 0 || count < 0 || lba > blocks() - count ? EngineStatus.OUT_OF_RANGE : EngineStatus.OK;
    }

    @Override
    public void write(long lba, ByteBuffer src, boolean fua, Completion done) {
        refuse(done);
    }

    @Override
    public void compareAndWrite(long lba, ByteBuffer expected, ByteBuffer replacement, boolean fua, Completion done) {
        refuse(done);
    }

    @Override
    public void unmap(List<BlockRange> ranges, Completion done) {
        refuse(done);
    }

    @Override
    public void writeZeros(BlockRange range, boolean fua, Completion done) {
        refuse(done);
    }

    private void refuse(Completion done) {
        shard.loop().run(() -> {
            EngineStatus status = startable(0, 0);
            done.done(status == EngineStatus.OK ? EngineStatus.NOT_PERMITTED : status, 0);
        });
    }

    @Override
    public void extents(BlockRange range, List<ExtentStatus> into, int most, Completion done) {
        shard.loop().run(() -> {
            EngineStatus status = startable(range.lba(), range.blocks());
            if (status == EngineStatus.OK) {
                new ExtentOperation(shard, this, new ExtentOperation.Question(range, into, most), done).start();
            } else {
                done.done(status, 0);
            }
        });
    }

    /** A snapshot has its blocks and nothing else. */
    @Override
    public byte @Nullable [] annex(int kind) {
        return null;
    }

    @Override
    public void keepAnnex(int kind, byte[] bytes, Completion done) {
        refuse(done);
    }

    @Override
    public void flush(Completion done) {
        shard.loop().run(() -> done.done(startable(0, 0), 0));
    }

    @Override
    public MapView map() {
        return map;
    }

    @Override
    public boolean isGone() {
        return gone;
    }

    @Override
    public boolean anyVisible(boolean seesAdmitted) {
        return false;
    }

    @Override
    public boolean isVisible(long block, boolean seesAdmitted) {
        return false;
    }

    @Override
    public boolean isSettled(long block, int count) {
        return true;
    }

    @Override
    public void copyPending(long block, boolean seesAdmitted, ByteBuffer into, int at) {
        throw new IllegalStateException("nothing of a snapshot is pending");
    }
}
