package dev.sandstone.engine.volume;

import dev.sandstone.engine.cache.BlockCache;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.map.MapSetup;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.space.SpaceLedger;
import dev.sandstone.engine.store.SegmentStore;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * What a pool is put together from; whoever gives it closes it after the pool.
 *
 * @param loop confines the pool
 * @param store its segments, opened with this loop
 * @param metadata its tables
 * @param writer runs one metadata task at a time
 * @param readers run metadata and footer reads
 * @param limits memory of the map
 * @param cache contents of its blocks
 * @param random chooses among victims
 * @param tools look after its disks
 */
public record PoolParts(
        ShardLoop loop,
        SegmentStore store,
        MetadataStore metadata,
        Executor writer,
        Executor readers,
        MapLimits limits,
        BlockCache cache,
        RandomGenerator random,
        PoolTools tools) {

    /** Of a pool whose disks are given once and for all, and that keeps no contents. */
    public PoolParts(
            ShardLoop loop,
            SegmentStore store,
            MetadataStore metadata,
            Executor writer,
            Executor readers,
            MapLimits limits,
            RandomGenerator random) {
        this(loop, store, metadata, writer, readers, limits, BlockCache.none(), random, PoolTools.plain(readers));
    }

    /** The same with contents of blocks kept there. */
    public PoolParts with(BlockCache contents) {
        return new PoolParts(loop, store, metadata, writer, readers, limits, contents, random, tools);
    }

    /** What the map is made of, with this account of space. */
    MapSetup mapSetup(SpaceLedger ledger) {
        return new MapSetup(loop, metadata, writer, readers, ledger, limits);
    }
}
