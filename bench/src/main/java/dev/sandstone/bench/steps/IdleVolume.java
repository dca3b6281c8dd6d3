package dev.sandstone.bench.steps;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.ExtentStatus;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ends every operation at once and does nothing, so that what is above it is measured alone. */
record IdleVolume(ShardLoop loop, VolumeId id) implements Volume {
    @Override
    public long blocks() {
        return 1 << 20;
    }

    @Override
    public WritePolicy writePolicy() {
        return WritePolicy.DURABLE;
    }

    @Override
    public void read(long lba, ByteBuffer dst, Completion done) {
        done.done(EngineStatus.OK, 0);
    }

    @Override
    public void write(long lba, ByteBuffer src, boolean fua, Completion done) {
        done.done(EngineStatus.OK, 0);
    }

    @Override
    public void compareAndWrite(long lba, ByteBuffer expected, ByteBuffer next, boolean fua, Completion done) {
        done.done(EngineStatus.OK, 0);
    }

    @Override
    public void extents(BlockRange range, List<ExtentStatus> into, int most, Completion done) {
        done.done(EngineStatus.OK, 0);
    }

    @Override
    public byte @Nullable [] annex(int kind) {
        return null;
    }

    @Override
    public void keepAnnex(int kind, byte[] bytes, Completion done) {
        done.done(EngineStatus.OK, 0);
    }

    @Override
    public void unmap(List<BlockRange> ranges, Completion done) {
        done.done(EngineStatus.OK, 0);
    }

    @Override
    public void writeZeros(BlockRange range, boolean fua, Completion done) {
        done.done(EngineStatus.OK, 0);
    }

    @Override
    public void flush(Completion done) {
        done.done(EngineStatus.OK, 0);
    }
}
