package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Finds which blocks a lineage, or a moment of it, shows that only its ancestors have: leaf by leaf, in steps.
 *
 * <p>An inherited version is as old as the lineage: it lives from the fork to the first write to its block. So there are two
 * places for it: the head, where the block was never written, and the history, where the first write displaced it and a
 * point shows it. What is in either already, by its birth, is passed over: to walk again is harmless.
 *
 * <p>Reads the store, which must have all up to the fork. For one thread.
 */
final class InheritedWalk {
    /** Runs without data that are skipped at once. */
    private static final int MOST_SKIPPED = 256;

    private final MetadataStore store;
    private final Of of;
    private final Visitor visitor;
    private final HistReader reader;
    private final Run run = new Run();
    private final HistRow row = new HistRow();
    private final ByteBuffer from = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);
    private final ByteBuffer to = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);
    private int budget;

    /**
     * What is walked over.
     *
     * @param ancestors where inherited blocks are found, nearest first
     * @param birth of what is inherited: the record as of which the lineage was forked
     * @param points moments of the lineage that are retained
     */
    record Of(long lineage, List<HistReader.Step> ancestors, long birth, Points points) {}

    /**
     * Where a walk goes on.
     *
     * @param round 0 and 2 in the history, 1 in the head; what is written during round 1 round 2 finds; 3 at the end
     * @param death of the row of the time index that it is at
     * @param row the leaf of that row
     * @param leaf the next one
     */
    record Place(int round, long death, long row, long leaf) {
        static final Place BEGIN = new Place(0, 0, 0, 0);
        static final Place HEAD = new Place(1, 0, 0, 0);
        private static final Place AGAIN = new Place(2, 0, 0, 0);
        private static final Place END = new Place(3, 0, 0, 0);

        boolean isEnd() {
            return round == END.round;
        }

        private Place at(long next) {
            return new Place(round, death, row, next);
        }
    }

    /** Is handed what only ancestors have. */
    @FunctionalInterface
    interface Visitor {
        /**
         * @param death of the version, 0 for one that is the newest
         * @param mask blocks of the leaf, a bit each
         * @param image their versions
         * @return false to end the step before this leaf
         */
        boolean leaf(long death, long leaf, long mask, Leaf image);
    }

    InheritedWalk(MetadataStore store, Of of, Visitor visitor) {
        this.store = store;
        this.of = of;
        this.visitor = visitor;
        reader = new HistReader(store);
    }

    /**
     * Takes a step, of one round at most: the next one must find in the store what this one is to add.
     *
     * @param leaves that it looks at, about
     * @return where the next one begins
     */
    Place step(Place begin, int leaves) {
        budget = leaves;
        return switch (begin.round()) {
            case 0, 2 -> history(begin);
            case 1 -> head(begin);
            default -> begin;
        };
    }

    // blocks that were never written

    private Place head(Place at) {
        long leaf = next(at.leaf(), Long.MAX_VALUE);
        for (; leaf >= 0 && budget > 0; leaf = next(leaf + 1, Long.MAX_VALUE)) {
            budget--;
            Leaf image = new Leaf();
            long mask = inherited(leaf, image);
            mask = mask == 0 ? 0 : mask & ~own(leaf);
            if (mask != 0 && !visitor.leaf(0, leaf, mask, image)) {
                budget = 0;
                return at.at(leaf);
            }
        }
        return leaf < 0 ? Place.AGAIN : at.at(leaf);
    }

    /** Blocks of which the lineage has a version, newest or displaced. */
    private long own(long leaf) {
        Leaf image = new Leaf();
        reader.read(List.of(new HistReader.Step(of.lineage(), HistReader.NOW)), leaf, image);
        long mask = 0;
        for (int i = 0; i < Leaf.BLOCKS; i++) {
            mask |= image.births[i] != 0 ? 1L << i : 0;
        }
        KeySpace.hist(from, of.lineage(), leaf, 0);
        KeySpace.hist(to, of.lineage(), leaf, -1);
        try (MetadataCursor rows = store.scan(Table.HIST, from, to)) {
            for (; rows.valid(); rows.next()) {
                row.decode(rows.value());
                mask |= row.present;
            }
        }
        return mask;
    }

    // blocks whose first write some point precedes

    private Place history(Place at) {
        KeySpace.dead(from, of.lineage(), at.death(), at.row());
        KeySpace.dead(to, of.lineage(), -1, 0);
        try (MetadataCursor rows = store.scan(Table.DEAD, from, to)) {
            for (; rows.valid(); rows.next()) {
                long death = KeySpace.part(rows.key(), 1);
                long leaf = KeySpace.part(rows.key(), 2);
                boolean here = death == at.death() && leaf == at.row();
                Place place = new Place(at.round(), death, leaf, here ? Math.max(leaf, at.leaf()) : leaf);
                // A row that the step begins at costs nothing: else a step of one leaf would not come on.
                if (!here && budget-- <= 0) {
                    return place;
                }
                if (of.points().need(of.birth(), death)) {
                    place = first(place, DeadRow.decode(rows.value()));
                    if (place.leaf() != Long.MAX_VALUE) {
                        return place;
                    }
                }
            }
        }
        return at.round() == Place.BEGIN.round() ? Place.HEAD : Place.END;
    }

    /** What one write was the first of. */
    private Place first(Place at, DeadRow dead) {
        long leaf = at.leaf();
        if (leaf == at.row()) {
            if (!displaced(at.death(), leaf, dead.absent())) {
                return at.at(leaf);
            }
            leaf++;
        }
        long last = at.row() + dead.more();
        while (leaf <= last) {
            leaf = next(leaf, last);
            if (leaf < 0) {
                break;
            }
            if (budget-- <= 0 || !displaced(at.death(), leaf, -1)) {
                return at.at(leaf);
            }
            leaf++;
        }
        return at.at(Long.MAX_VALUE);
    }

    private boolean displaced(long death, long leaf, long absent) {
        Leaf image = new Leaf();
        long mask = absent == 0 ? 0 : absent & inherited(leaf, image);
        mask = mask == 0 ? 0 : mask & ~known(death, leaf);
        if (mask != 0 && !visitor.leaf(death, leaf, mask, image)) {
            budget = 0;
            return false;
        }
        return true;
    }

    /** Blocks whose inherited version the history has for this write, or the head has. */
    private long known(long death, long leaf) {
        Leaf head = new Leaf();
        reader.read(List.of(new HistReader.Step(of.lineage(), HistReader.NOW)), leaf, head);
        ByteBuffer versions = store.get(Table.HIST, KeySpace.hist(from, of.lineage(), leaf, death));
        row.clear();
        if (versions != null) {
            row.decode(versions);
        }
        long mask = row.present;
        for (int i = 0; i < Leaf.BLOCKS; i++) {
            mask |= head.births[i] == of.birth() ? 1L << i : 0;
        }
        return mask;
    }

    // ancestors

    /** Blocks of the leaf that ancestors have data of, or have lost. */
    private long inherited(long leaf, Leaf image) {
        reader.read(of.ancestors(), leaf, image);
        long mask = 0;
        for (int i = 0; i < Leaf.BLOCKS; i++) {
            mask |= matters(image.pointers[i]) ? 1L << i : 0;
        }
        return mask;
    }

    private static boolean matters(long pointer) {
        return Pointer.hasData(pointer) || pointer == Pointer.POISON;
    }

    /** The next leaf of which ancestors may have something; -1 when there is none up to the last. */
    private long next(long leaf, long last) {
        long best = Long.MAX_VALUE;
        for (HistReader.Step step : of.ancestors()) {
            best = Math.min(best, Math.min(inHead(step.lineage(), leaf), inHistory(step.lineage(), leaf)));
        }
        return best > last || best == Long.MAX_VALUE ? -1 : best;
    }

    private long inHead(long lineage, long leaf) {
        KeySpace.head(from, lineage, Leaf.first(leaf));
        KeySpace.head(to, lineage, Long.MAX_VALUE);
        try (MetadataCursor rows = store.scan(Table.HEAD, from, to)) {
            for (int skipped = 0; rows.valid(); rows.next(), skipped++) {
                RunCodec.decode(rows.key(), rows.value(), run);
                if (matters(run.pointer) || skipped == MOST_SKIPPED) {
                    return Math.max(leaf, Leaf.of(run.first));
                }
            }
        }
        return Long.MAX_VALUE;
    }

    private long inHistory(long lineage, long leaf) {
        KeySpace.hist(from, lineage, leaf, 0);
        KeySpace.number(to, lineage + 1);
        try (MetadataCursor rows = store.scan(Table.HIST, from, to)) {
            return rows.valid() ? KeySpace.part(rows.key(), 1) : Long.MAX_VALUE;
        }
    }
}
