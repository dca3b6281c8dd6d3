package dev.sandstone.engine.map;

/** Consecutive 4 KiB blocks of one lineage. An interface, so that operations and descriptors are their own spans. */
public interface BlockSpan {
    long lineage();

    /** First 4 KiB block. */
    long block();

    /** How many. */
    int blocks();
}
