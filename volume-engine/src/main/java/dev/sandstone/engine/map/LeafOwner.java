package dev.sandstone.engine.map;

import java.util.List;

/** Whose leaves are cached: the newest state of a lineage, or one of its moments. Confined to the loop. */
interface LeafOwner {
    /** The key of its leaves in the cache. */
    long key();

    /** Nobody asks for its leaves any more. */
    boolean closed();

    /** Where its blocks are found in the store, nearest first. */
    List<HistReader.Step> path();

    /** The store must have all records before this one, else it cannot tell. */
    long neededLsn();

    /** A leaf as the store had it becomes what the newest facts make of it. */
    void bringUpToDate(long leaf, Leaf image);
}
