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
        read(path, leaf, new Leaf[] {image});
    }

    /** Fills empty images of leaves that follow each other, by one walk over the head where that is enough. */
    void read(List<Step> path, long firstLeaf, Leaf[] images) {
        // The blocks of each that are known, a bit each.
        long[] known = new long[images.length];
        for (Step step : path) {
            head(step, firstLeaf, images, known);
            boolean whole = true;
            for (int i = 0; i < images.length; i++) {
                if (known[i] != -1 && step.lsn() != NOW) {
                    known[i] = history(step, firstLeaf + i, images[i], known[i]);
                }
                whole &= known[i] == -1;
            }
            if (whole) {
                return;
            }
        }
    }

    private void head(Step step, long firstLeaf, Leaf[] images, long[] known) {
        int open = 0;
        while (known[open] == -1) {
            open++;
        }
        long first = Leaf.first(firstLeaf + open);
        long last = Leaf.first(firstLeaf + images.length) - 1;
        KeySpace.head(from, step.lineage(), first);
        // The run that covers the last leaf's end may be keyed anywhere beyond it.
        KeySpace.head(to, step.lineage(), Long.MAX_VALUE);
        try (MetadataCursor rows = store.scan(Table.HEAD, from, to)) {
            for (; rows.valid(); rows.next()) {
                RunCodec.decode(rows.key(), rows.value(), run);
                if (run.first > last) {
                    break;
                }
                if (run.birth <= step.lsn()) {
                    fill(firstLeaf, images, known);
                }
                if (run.last >= last) {
                    break;
                }
            }
        }
    }

    private void fill(long firstLeaf, Leaf[] images, long[] known) {
        int begin = (int) Math.max(0, Leaf.of(run.first) - firstLeaf);
        int end = (int) Math.min(images.length - 1, Leaf.of(run.last) - firstLeaf);
        for (int i = begin; i <= end; i++) {
            known[i] |= images[i].fill(Leaf.first(firstLeaf + i), run, known[i]);
        }
    }

    /** Of a block the first row that has it decides: what dies later was born later, too. */
    private long history(Step step, long leaf, Leaf image, long known) {
        long found = known;
        long open = ~known;
        KeySpace.hist(from, step.lineage(), leaf, step.lsn() + 1);
        KeySpace.hist(to, step.lineage(), leaf, -1);
        try (MetadataCursor rows = store.scan(Table.HIST, from, to)) {
            for (; open != 0 && rows.valid(); rows.next()) {
                row.decode(rows.value());
                for (int i = row.next(0); i < Leaf.BLOCKS; i = row.next(i + 1)) {
                    if ((open >>> i & 1) != 0 && row.versions.births[i] <= step.lsn()) {
                        image.take(i, row.versions);
                        found |= 1L << i;
                    }
                }
                open &= ~row.present;
            }
        }
        return found;
    }
}
