package dev.sandstone.engine.meta;

import java.util.Locale;

/**
 * The tables of a shard's metadata; {@link KeySpace} has their keys and values.
 *
 * <p>The name in lower case is the name on disk. Never rename one.
 */
public enum Table {
    /** The newest version of each block, as runs: lineage, last block. */
    HEAD(0),
    /** Versions displaced from HEAD that a retained point still needs: lineage, chunk, death LSN. */
    HIST(1),
    /** The time index of HIST: lineage, death LSN, chunk. */
    DEAD(2),
    /** Owners of log data other than the record's own: segment, grain, lineage, block, birth. */
    REFS(3),
    /** Live bytes of each segment as HEAD counts them: segment. */
    SEGMENT(4),
    /** Points in time: lineage, LSN. */
    MARK(5),
    /** Write histories: lineage. */
    LINEAGE(6),
    /** Snapshots: their id. */
    SNAPSHOT(7),
    /** Volumes: their id. */
    VOLUME(8),
    /** Facts about the whole shard, the applied LSN among them. */
    META(9),
    /** Points that are gone, while what only they needed is being removed: lineage, LSN. */
    PURGE(10),
    /** What layers above keep with volumes: volume, kind, slot, part. */
    ANNEX(11);

    private static final Table[] BY_INDEX = values();

    private final int index;

    Table(int index) {
        this.index = index;
    }

    /** A dense number, for arrays; not on disk. */
    public int index() {
        return index;
    }

    /** Whether it has a row for each block or run; the others have few rows, which come and go. */
    boolean isLarge() {
        return this == HEAD || this == HIST || this == DEAD || this == REFS;
    }

    static Table at(int index) {
        return BY_INDEX[index];
    }

    /** The name on disk. */
    public String diskName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
