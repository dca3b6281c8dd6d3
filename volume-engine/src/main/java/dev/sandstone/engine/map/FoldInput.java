package dev.sandstone.engine.map;

import dev.sandstone.engine.meta.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that happened between two folds, no longer changed.
 *
 * @param lsn the last record of it
 * @param parts what happened to the blocks of each lineage
 * @param rows other rows, in order
 * @param deleted lineages that were deleted
 */
record FoldInput(long lsn, List<Part> parts, List<Row> rows, List<Long> deleted) {

    /** The frozen generation of one lineage. */
    record Part(long lineage, Generation generation) {}

    /** One row's new value, null to remove it. */
    record Row(Table table, byte[] key, byte @Nullable [] value) {}
}
