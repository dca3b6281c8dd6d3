package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.store.CopyRead;
import dev.sandstone.engine.store.StoreDone;
import dev.sandstone.engine.store.StoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run of blocks that lie one after the other and are not in memory: one request to the store, and when that fails or
 * the bytes are wrong, one more for each block and copy.
 *
 * <p>Confined to the shard's loop; reused by way of {@link Shard}.
 */
final class RunRead {
    private static final Logger LOG = LoggerFactory.getLogger(RunRead.class);

    private final Shard shard;
    private final StoreDone runArrived = this::arrived;
    private final StoreDone checkArrived = this::checked;
    private final CopyRead again;
    private @Nullable BlockRead read;
    private int index;
    private int blocks;
    private int checked;

    RunRead(Shard shard) {
        this.shard = shard;
        again = new CopyRead(shard.store());
    }

    /** @param suspect whether these bytes were read once already and were wrong */
    void start(BlockRead by, int firstIndex, int count, boolean suspect) {
        read = by;
        index = firstIndex;
        blocks = count;
        checked = 0;
        if (suspect) {
            check();
        } else {
            long pointer = by.pointer(index);
            try {
                shard.store().read(Pointer.segment(pointer), offset(pointer), by.window(index, blocks), runArrived);
            } catch (RuntimeException defect) {
                LOG.error("A read of {} threw", Pointer.describe(pointer), defect);
                check();
            }
        }
    }

    private void arrived(@Nullable StoreException failure) {
        BlockRead by = owner();
        if (failure == null && by.verified(by.target(), index, blocks)) {
            by.keep(by.target(), index, blocks);
            end(by);
            by.runEnded();
        } else {
            check();
        }
    }

    /** Reads the next block once more, from each copy on the devices: the first that is wrong on all is lost. */
    private void check() {
        BlockRead by = owner();
        if (checked == blocks) {
            end(by);
            by.runEnded();
        } else {
            int block = index + checked;
            long pointer = by.pointer(block);
            try {
                again.start(
                        Pointer.segment(pointer),
                        offset(pointer),
                        by.window(block, 1),
                        by.checksum(block),
                        checkArrived);
            } catch (RuntimeException defect) {
                LOG.error("A read of {} threw", Pointer.describe(pointer), defect);
                end(by);
                by.runThrew();
            }
        }
    }

    private void checked(@Nullable StoreException failure) {
        BlockRead by = owner();
        int block = index + checked;
        if (failure == null) {
            checked++;
            check();
        } else {
            shard.damageFound(by.pointer(block));
            end(by);
            by.runLost(block);
        }
    }

    private static int offset(long pointer) {
        return Pointer.grain(pointer) * Pointer.GRAIN_BYTES;
    }

    private BlockRead owner() {
        BlockRead by = read;
        if (by == null) {
            throw new IllegalStateException("no run is under way");
        }
        return by;
    }

    private void end(BlockRead by) {
        assert by == read : "the run's own read";
        read = null;
        shard.runReads().giveBack(this);
    }
}
