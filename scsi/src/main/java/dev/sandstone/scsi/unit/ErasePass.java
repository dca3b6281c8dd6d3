package dev.sandstone.scsi.unit;

import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One way through a volume from its first block to its last, which gives blocks back or overwrites those that hold something. It
 * goes by addresses, in steps, up to the end that the volume has when it gets there: what the volume has grown by is erased too,
 * and nothing is passed over when its size changes. On the unit's loop; for one use.
 */
final class ErasePass {
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int WHOLE = 0x10000;
    private static final int BLOCKS_PER_MAP_BLOCK = 8;

    private final Volume volume;
    private final byte[] pattern;
    private final int steps;
    private final long distanceNanos;
    private final Consumer<EngineStatus> ended;
    private long next;

    /**
     * @param pattern repeated in each block that holds something; empty: blocks are given back
     * @param steps about how many
     * @param distanceNanos between two steps, for the other volumes' sake
     * @param ended told once, when it has come to the end or cannot go on
     */
    ErasePass(Volume volume, byte[] pattern, int steps, long distanceNanos, Consumer<EngineStatus> ended) {
        this.volume = volume;
        this.pattern = pattern;
        this.steps = steps;
        this.distanceNanos = distanceNanos;
        this.ended = ended;
    }

    /** How far it is, in parts of 65536 (SPC-4 4.5.2.4.4, PROGRESS INDICATION). */
    int progress() {
        return (int) Math.min(next * WHOLE / Math.max(1, volume.blocks()), WHOLE - 1);
    }

    void start() {
        step();
    }

    private void step() {
        long blocks = volume.blocks();
        if (next >= blocks) {
            ended.accept(EngineStatus.OK);
            return;
        }
        long mapBlocks = Math.ceilDiv(blocks, BLOCKS_PER_MAP_BLOCK);
        long length = Math.ceilDiv(mapBlocks, steps) * BLOCKS_PER_MAP_BLOCK;
        BlockRange range = new BlockRange(next, Math.min(length, blocks - next));
        if (pattern.length == 0) {
            volume.unmap(List.of(range), (status, detail) -> stepped(range, status));
        } else {
            new Overwrite(volume, pattern).run(range, status -> stepped(range, status));
        }
    }

    private void stepped(BlockRange range, EngineStatus status) {
        if (status == EngineStatus.BUSY || status == EngineStatus.OUT_OF_RANGE) {
            // To be tried again: the volume may just have shrunk.
            volume.loop().schedule(this::step, AGAIN_NANOS);
        } else if (status != EngineStatus.OK) {
            ended.accept(status);
        } else {
            next = range.end();
            if (next >= volume.blocks()) {
                ended.accept(EngineStatus.OK);
            } else {
                volume.loop().schedule(this::step, distanceNanos);
            }
        }
    }
}
