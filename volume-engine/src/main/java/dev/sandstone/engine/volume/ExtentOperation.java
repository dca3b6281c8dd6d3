package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.map.MapReader;
import dev.sandstone.engine.map.MapSlice;
import java.util.List;

/**
 * Asks the map which blocks are mapped, step by step.
 *
 * <p>Confined to the shard's loop; for one use.
 */
final class ExtentOperation implements MapReader.Loaded {
    private static final int STEP_BLOCKS = 256;
    private static final int PER_MAP_BLOCK = LogVolume.BLOCKS_PER_MAP_BLOCK;

    private final Shard shard;
    private final ReadSource source;
    private final MapSlice slice = new MapSlice(STEP_BLOCKS);
    private final List<ExtentStatus> into;
    private final int most;
    private final Completion done;
    private long lba;
    private final long end;
    private int step;

    /** @param source whose blocks lie in the log of that shard */
    ExtentOperation(Shard shard, ReadSource source, Question question, Completion done) {
        this.shard = shard;
        this.source = source;
        BlockRange range = question.range();
        this.lba = range.lba();
        this.end = range.end();
        this.into = question.into();
        this.most = question.most();
        this.done = done;
    }

    /** What is asked: the extents of a range, so many at most. */
    record Question(BlockRange range, List<ExtentStatus> into, int most) {}

    void start() {
        shard.began();
        run();
    }

    private void run() {
        while (lba < end && into.size() <= most) {
            if (source.isGone()) {
                end(EngineStatus.NOT_FOUND);
                return;
            }
            long first = lba / PER_MAP_BLOCK;
            step = (int) Math.min(STEP_BLOCKS, Math.ceilDiv(end, PER_MAP_BLOCK) - first);
            if (!source.map().lookup(first, step, slice)) {
                source.map().load(first, step, this);
                return;
            }
            take(first);
        }
        while (into.size() > most) {
            into.remove(into.size() - 1);
        }
        end(EngineStatus.OK);
    }

    @Override
    public void loaded(boolean ok) {
        if (ok) {
            run();
        } else {
            end(EngineStatus.IO_ERROR);
        }
    }

    private void take(long first) {
        for (int i = 0; i < step; i++) {
            long pointer = slice.pointer(i);
            // What was lost was written, and is not zeros.
            boolean mapped = Pointer.hasData(pointer) || pointer == Pointer.POISON;
            long upTo = Math.min(end, (first + i + 1) * PER_MAP_BLOCK);
            ExtentStatus last = into.isEmpty() ? null : into.get(into.size() - 1);
            if (last != null && last.mapped() == mapped) {
                into.set(into.size() - 1, new ExtentStatus(last.lba(), upTo - last.lba(), mapped));
            } else {
                into.add(new ExtentStatus(lba, upTo - lba, mapped));
            }
            lba = upTo;
        }
    }

    private void end(EngineStatus status) {
        Told.tell(done, status, 0);
        shard.ended();
    }
}
