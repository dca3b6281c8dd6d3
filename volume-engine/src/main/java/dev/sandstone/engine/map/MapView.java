package dev.sandstone.engine.map;

import java.util.List;

/**
 * A lineage as it was at a retained moment, for as long as that is retained or until it is closed.
 *
 * <p>Confined to the shard's loop. What it says is what the store says: its leaves know nothing of the overlay, and follow
 * relocations when these are folded.
 */
public final class MapView implements MapReader, LeafOwner {
    private final LineageMap lineage;
    private final MapParts parts;
    private final long lsn;
    private final long key;
    private boolean closed;

    MapView(LineageMap lineage, MapParts parts, long lsn, long key) {
        this.lineage = lineage;
        this.parts = parts;
        this.lsn = lsn;
        this.key = key;
    }

    @Override
    public boolean lookup(long block, int blocks, MapSlice slice) {
        slice.reset(blocks);
        return parts.cache().lookup(key, block, blocks, slice);
    }

    @Override
    public void load(long block, int blocks, Loaded done) {
        parts.loader().load(this, Leaf.of(block), Leaf.of(block + blocks - 1), done);
    }

    @Override
    public long key() {
        return key;
    }

    @Override
    public boolean closed() {
        return closed || lineage.closed();
    }

    @Override
    public List<HistReader.Step> path() {
        return lineage.path(lsn);
    }

    @Override
    public long neededLsn() {
        return lsn;
    }

    @Override
    public void bringUpToDate(long leaf, Leaf image) {}

    /** Forgets what it has in memory; it is not asked any more. */
    public void close() {
        if (!closed) {
            closed = true;
            parts.cache().drop(key);
            lineage.forget(this);
        }
    }
}
