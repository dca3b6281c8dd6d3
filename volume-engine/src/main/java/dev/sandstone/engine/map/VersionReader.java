package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds versions of one lineage by their birth, newest or kept by some moment; each leaf that has any is read once for all.
 *
 * <p>The head is read as it was before the history, as {@link HistReader} does and for the same reason. For one thread.
 */
final class VersionReader {
    private final MetadataStore store;
    private final Run run = new Run();
    private final HistRow row = new HistRow();
    private final ByteBuffer from = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);
    private final ByteBuffer to = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);

    /** Whom a version of one block is to be told, and who else. */
    private record Target(MapSlice slice, int at, @Nullable Target next) {}

    /** What is sought in a leaf. */
    private static final class Wanted {
        private final Map<Long, Target> targets = new HashMap<>();
        private long oldest = Long.MAX_VALUE;
        private int first = Leaf.BLOCKS;
        private int last = -1;
        private boolean newest;

        void add(Sought version, int at) {
            int index = Leaf.index(version.block() + at);
            targets.compute(key(index, version.birth()), (key, next) -> new Target(version.slice(), at, next));
            oldest = Math.min(oldest, version.birth());
            if (!version.displaced()) {
                newest = true;
                first = Math.min(first, index);
                last = Math.max(last, index);
            }
        }

        void found(int index, long birth, long pointer, int checksum) {
            Target target = targets.remove(key(index, birth));
            for (; target != null; target = target.next()) {
                target.slice().set(target.at(), pointer, birth, checksum);
            }
        }

        private static long key(int index, long birth) {
            return birth * Leaf.BLOCKS + index;
        }
    }

    VersionReader(MetadataStore store) {
        this.store = store;
    }

    /** @param versions of one lineage, at least one */
    void find(List<Sought> versions) {
        SortedMap<Long, Wanted> leaves = new TreeMap<>();
        for (Sought version : versions) {
            MapSlice slice = version.slice();
            slice.reset(slice.capacity());
            for (int i = 0; i < slice.blocks(); i++) {
                if (!version.displaced()) {
                    slice.set(i, Pointer.HOLE, 0, 0);
                }
                leaves.computeIfAbsent(Leaf.of(version.block() + i), unknown -> new Wanted())
                        .add(version, i);
            }
        }
        if (!leaves.isEmpty()) {
            read(versions.get(0).lineage(), leaves);
        }
    }

    private void read(long lineage, SortedMap<Long, Wanted> leaves) {
        KeySpace.head(from, lineage, Leaf.first(leaves.firstKey()));
        KeySpace.head(to, lineage, Long.MAX_VALUE);
        try (MetadataCursor head = store.scan(Table.HEAD, from, to)) {
            KeySpace.hist(from, lineage, leaves.firstKey(), 0);
            KeySpace.hist(to, lineage, leaves.lastKey(), -1);
            try (MetadataCursor hist = store.scan(Table.HIST, from, to)) {
                leaves.forEach((leaf, wanted) -> {
                    if (wanted.newest) {
                        head.seek(KeySpace.head(from, lineage, Leaf.first(leaf) + wanted.first));
                        head(head, Leaf.first(leaf), wanted);
                    }
                    if (!wanted.targets.isEmpty()) {
                        hist.seek(KeySpace.hist(from, lineage, leaf, wanted.oldest + 1));
                        history(hist, leaf, wanted);
                    }
                });
            }
        }
    }

    private void head(MetadataCursor rows, long firstBlock, Wanted wanted) {
        long last = firstBlock + wanted.last;
        for (; rows.valid(); rows.next()) {
            RunCodec.decode(rows.key(), rows.value(), run);
            for (long i = Math.max(firstBlock, run.first); i <= Math.min(last, run.last); i++) {
                long at = i - run.first;
                int checksum = run.hasData() ? run.checksum((int) at) : 0;
                wanted.found(Leaf.index(i), run.birth, Pointer.plus(run.pointer, at), checksum);
            }
            if (run.last >= last) {
                return;
            }
        }
    }

    private void history(MetadataCursor rows, long leaf, Wanted wanted) {
        for (; !wanted.targets.isEmpty() && rows.valid() && KeySpace.part(rows.key(), 1) == leaf; rows.next()) {
            row.decode(rows.value());
            for (int i = row.next(0); i < Leaf.BLOCKS; i = row.next(i + 1)) {
                Leaf versions = row.versions;
                wanted.found(i, versions.births[i], versions.pointers[i], versions.checksums[i]);
            }
        }
    }
}
