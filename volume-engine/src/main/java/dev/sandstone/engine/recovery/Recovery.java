package dev.sandstone.engine.recovery;

import dev.sandstone.engine.log.LogConfig;
import dev.sandstone.engine.log.LogScanner;
import dev.sandstone.engine.log.ScanReport;
import dev.sandstone.engine.log.SegmentSummary;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.store.Superblock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the map what the log says, after a crash as after a clean end.
 *
 * <p>In order: walk the log behind what the map has and apply it; seal what was open, cut where the log ends; begin a new
 * epoch, so that nothing behind the cut can ever become valid. A crash anywhere in it leaves what the next opening
 * repeats.
 */
public final class Recovery {
    /** The only log of a pool so far. */
    public static final int SHARD = 0;

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final ShardLoop loop;
    private final SegmentStore store;
    private final BlockMap map;
    private final Facts facts;

    public Recovery(ShardLoop loop, SegmentStore store, BlockMap map, Facts facts) {
        this.loop = loop;
        this.store = store;
        this.map = map;
        this.facts = facts;
    }

    /**
     * What was found.
     *
     * @param log how the log goes on
     * @param segments all that exist, none of them open
     */
    public record Result(LogConfig log, List<SegmentSummary> segments) {}

    /**
     * Recovers. Blocks; on any thread, before the pool is used.
     *
     * @throws StoreException when a disk fails, or what is damaged cannot be confined to blocks
     */
    public Result run() throws StoreException {
        long began = loop.nanoTime();
        long applied = map.advancedLsn();
        Replay replay = new Replay(loop, map, facts, store.freeSlots() > 0);
        LogScanner scanner = new LogScanner(store, SHARD);
        ScanReport report = scanner.scan(applied, replay);
        String trouble = replay.trouble();
        if (trouble != null && applied == 0) {
            trouble += " (the map is new: is its folder the one that belongs to this disk?)";
        }
        if (trouble != null) {
            throw new StoreException(
                    StoreException.Kind.DAMAGED,
                    "the pool cannot be opened without giving wrong data: " + trouble
                            + "; nothing was changed; restore the disk from a copy, or ask for help with it");
        }
        scanner.seal();
        replay.hand();
        Superblock.Shard shard = store.superblock().shard(SHARD);
        Superblock.Shard next = new Superblock.Shard(shard.id(), shard.epoch() + 1, shard.segmentFloor());
        store.updateSuperblockNow(store.superblock().with(next));
        LOG.info(
                "Recovered to record {} in epoch {}: {} records replayed behind {}, {} unacknowledged discarded, {} ms",
                report.lastLsn(),
                next.epoch(),
                replay.records(),
                applied,
                report.discarded(),
                TimeUnit.NANOSECONDS.toMillis(loop.nanoTime() - began));
        if (replay.poisonedBlocks() > 0) {
            LOG.error(
                    "{} acknowledged blocks of 4 KiB are damaged: they read as medium errors until written again",
                    replay.poisonedBlocks());
        }
        List<SegmentSummary> segments = new ArrayList<>(report.sealed());
        segments.addAll(report.unsealed());
        return new Result(new LogConfig(store.superblock().pool(), SHARD, next.epoch(), report.lastLsn()), segments);
    }
}
