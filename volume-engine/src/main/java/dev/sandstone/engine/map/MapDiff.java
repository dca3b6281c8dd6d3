package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Which blocks two moments may have differently: those displaced between them in the lineage that both come from, and
 * those that either has written since it left that. Found in proportion to these, not to the size of the volume.
 *
 * <p>Reads the store, which must have everything up to both. For one thread.
 */
final class MapDiff {
    private final MetadataStore store;
    private final LeafSet found;
    private final Run run = new Run();
    private final HistRow row = new HistRow();
    private final ByteBuffer from = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);
    private final ByteBuffer to = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);

    MapDiff(MetadataStore store, LeafSet found) {
        this.store = store;
        this.found = found;
    }

    /**
     * @param one the path of a moment, nearest lineage first; the other one's in the same way
     * @param oneKept whether the moment is retained, or now
     */
    void compare(List<HistReader.Step> one, boolean oneKept, List<HistReader.Step> other, boolean otherKept) {
        int a = one.size() - 1;
        int b = other.size() - 1;
        // Paths end alike; the last lineage that both have is where they part.
        while (a > 0 && b > 0 && one.get(a - 1).lineage() == other.get(b - 1).lineage()) {
            a--;
            b--;
        }
        boolean related = one.get(a).lineage() == other.get(b).lineage();
        if (related) {
            long earlier = Math.min(one.get(a).lsn(), other.get(b).lsn());
            long later = Math.max(one.get(a).lsn(), other.get(b).lsn());
            displaced(one.get(a).lineage(), earlier, later);
        }
        int kept = related ? 0 : 1;
        written(one.subList(0, a + kept), oneKept);
        written(other.subList(0, b + kept), otherKept);
    }

    /** Of a moment that is not retained nobody knows what was displaced since: all counts that the lineage has. */
    private void written(List<HistReader.Step> steps, boolean kept) {
        for (int i = 0; i < steps.size(); i++) {
            HistReader.Step step = steps.get(i);
            written(i > 0 || kept ? step : new HistReader.Step(step.lineage(), HistReader.NOW));
        }
    }

    private void displaced(long lineage, long after, long upTo) {
        KeySpace.dead(from, lineage, after + 1, 0);
        KeySpace.dead(to, lineage, upTo == HistReader.NOW ? -1 : upTo + 1, 0);
        try (MetadataCursor rows = store.scan(Table.DEAD, from, to)) {
            for (; after < upTo && rows.valid(); rows.next()) {
                long death = KeySpace.part(rows.key(), 1);
                long leaf = KeySpace.part(rows.key(), 2);
                DeadRow dead = DeadRow.decode(rows.value());
                found.add(leaf, dead.absent());
                if (dead.more() > 0) {
                    found.addRange(Leaf.first(leaf + 1), Leaf.first(leaf + 1 + dead.more()) - 1);
                }
                ByteBuffer versions = store.get(Table.HIST, KeySpace.hist(from, lineage, leaf, death));
                if (versions != null) {
                    row.decode(versions);
                    found.add(leaf, row.present);
                }
            }
        }
    }

    /** What a lineage had itself at a moment. */
    private void written(HistReader.Step step) {
        KeySpace.head(from, step.lineage(), 0);
        KeySpace.head(to, step.lineage(), Long.MAX_VALUE);
        try (MetadataCursor rows = store.scan(Table.HEAD, from, to)) {
            for (; rows.valid(); rows.next()) {
                RunCodec.decode(rows.key(), rows.value(), run);
                if (run.birth <= step.lsn()) {
                    found.addRange(run.first, run.last);
                }
            }
        }
        KeySpace.number(from, step.lineage());
        KeySpace.number(to, step.lineage() + 1);
        try (MetadataCursor rows = store.scan(Table.HIST, from, to)) {
            for (; step.lsn() != HistReader.NOW && rows.valid(); rows.next()) {
                if (KeySpace.part(rows.key(), 2) > step.lsn()) {
                    row.decode(rows.value());
                    bornBy(step.lsn(), KeySpace.part(rows.key(), 1));
                }
            }
        }
    }

    private void bornBy(long lsn, long leaf) {
        long mask = 0;
        for (int i = row.next(0); i < Leaf.BLOCKS; i = row.next(i + 1)) {
            mask |= row.versions.births[i] <= lsn ? 1L << i : 0;
        }
        found.add(leaf, mask);
    }

    /** Counts blocks with data that a moment shows, own and inherited, leaf by leaf where there is any. */
    static long mapped(MetadataStore store, List<HistReader.Step> path) {
        LeafSet all = new LeafSet(0, Integer.MAX_VALUE);
        MapDiff scan = new MapDiff(store, all);
        path.forEach(scan::written);
        long[] count = {0};
        HistReader reader = new HistReader(store);
        all.leaves(leaf -> {
            Leaf image = new Leaf();
            reader.read(path, leaf, image);
            for (long pointer : image.pointers) {
                count[0] += Pointer.hasData(pointer) ? 1 : 0;
            }
        });
        return count[0];
    }
}
