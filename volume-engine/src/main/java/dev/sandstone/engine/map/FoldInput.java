package dev.sandstone.engine.map;

import dev.sandstone.engine.meta.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that happened between two moments, no longer changed.
 *
 * @param lsn the last record of it
 * @param parts what happened to the blocks of each lineage
 * @param rows other rows, in order
 * @param lineages whose state or parent changed, in order
 */
record FoldInput(long lsn, List<Part> parts, List<Row> rows, List<Turn> lineages) {

    /**
     * What happened to one lineage.
     *
     * @param after all of it happened after this record, and all that is in earlier parts did not
     * @param points moments of it that are retained as of {@link FoldInput#lsn}
     * @param inherits whether a block that it does not have is its parent's
     */
    record Part(long lineage, Generation generation, long after, Points points, boolean inherits) {}

    /** One row's new value, null to remove it. */
    record Row(Table table, byte[] key, byte @Nullable [] value) {}

    /** A lineage's new state and parent, 0 for none. */
    record Turn(long lineage, LineageRow.State state, LineageRow.Tie tie, long parent, long parentLsn) {}
}
