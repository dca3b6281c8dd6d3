package dev.sandstone.engine.map;

import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads a leaf from the store as it was at some moment: of each block the head's version if it was born by then, else
 * the first that was displaced later, if that was born by then, else what the parent has as of the fork.
 *
 * <p>The head is read before the history: a version that a commit moves from one to the other in between is found in the
 * second. For one thread.
 */
final class HistReader {
    /** The moment of a lineage's newest version. */
    static final long NOW = Long.MAX_VALUE;

    /** A lineage as of a moment; blocks not in it are those of the next step. */
    record Step(long lineage, long lsn) {}

    private final MetadataStore store;
    private final Run run = new Run();
    private final HistRow row = new HistRow();
    private final ByteBuffer from = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);
    private final ByteBuffer to = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);

    HistReader(MetadataStore store) {
        this.store = store;
    }

    /** Fills an empty image. */
    void read(List<Step> path, long leaf, Leaf image) {
        long known = 0;
        for (Step step : path) {
            KeySpace.head(from, step.lineage(), Leaf.first(leaf));
            // The run that covers the leaf's end may be keyed anywhere beyond it.
            KeySpace.head(to, step.lineage(), Long.MAX_VALUE);
            try (MetadataCursor rows = store.scan(Table.HEAD, from, to)) {
                known = head(rows, step, leaf, image, known);
            }
            if (known != -1 && step.lsn() != NOW) {
                KeySpace.hist(from, step.lineage(), leaf, step.lsn() + 1);
                KeySpace.hist(to, step.lineage(), leaf, -1);
                try (MetadataCursor rows = store.scan(Table.HIST, from, to)) {
                    known = history(rows, step, leaf, image, known);
                }
            }
            if (known == -1) {
                return;
            }
        }
    }

    /**
     * Takes what the rows from there on say.
     *
     * @param known blocks that are not to be looked for, a bit each
     * @return the blocks that are known now, a bit each
     */
    private long head(MetadataCursor rows, Step step, long leaf, Leaf image, long known) {
        long first = Leaf.first(leaf);
        long last = first + Leaf.BLOCKS - 1 - Long.numberOfLeadingZeros(~known);
        long found = known;
        for (; rows.valid(); rows.next()) {
            RunCodec.decode(rows.key(), rows.value(), run);
            if (run.first > last) {
                break;
            }
            if (run.birth <= step.lsn()) {
                found |= image.fill(first, run, known);
            }
            if (run.last >= last) {
                break;
            }
        }
        return found;
    }

    /** As {@link #head}. Of a block the first row that has it decides: what dies later was born later, too. */
    private long history(MetadataCursor rows, Step step, long leaf, Leaf image, long known) {
        long found = known;
        long open = ~known;
        for (; open != 0 && rows.valid() && KeySpace.part(rows.key(), 1) == leaf; rows.next()) {
            row.decode(rows.value());
            for (int i = row.next(0); i < Leaf.BLOCKS; i = row.next(i + 1)) {
                if ((open >>> i & 1) != 0 && row.versions.births[i] <= step.lsn()) {
                    image.take(i, row.versions);
                    found |= 1L << i;
                }
            }
            open &= ~row.present;
        }
        return found;
    }
}
