package dev.sandstone.engine.map;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.space.SpaceLedger;
import java.util.concurrent.Executor;

/**
 * What a block map works with.
 *
 * @param loop confines it
 * @param store its tables; nobody else commits or flushes
 * @param writer runs one task at a time: folds and flushes
 * @param readers run leaf loads, one or several at a time
 * @param ledger told what becomes live and what is displaced
 */
public record MapSetup(
        ShardLoop loop, MetadataStore store, Executor writer, Executor readers, SpaceLedger ledger, MapLimits limits) {}
