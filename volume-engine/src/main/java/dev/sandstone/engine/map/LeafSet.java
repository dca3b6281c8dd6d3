package dev.sandstone.engine.map;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** Some blocks, by leaf, from one leaf on: the first ones of all that were added, as many as it may hold. */
public final class LeafSet {
    private final TreeMap<Long, Long> leaves = new TreeMap<>();
    private final long first;
    private final int most;
    private long end = Long.MAX_VALUE;

    LeafSet(long firstLeaf, int most) {
        first = firstLeaf;
        this.most = most;
    }

    void add(long leaf, long mask) {
        if (leaf < first || leaf >= end || mask == 0) {
            return;
        }
        leaves.merge(leaf, mask, (a, b) -> a | b);
        if (leaves.size() > most) {
            end = leaves.pollLastEntry().getKey();
        }
    }

    /** Adds the blocks from the first to the last. */
    void addRange(long firstBlock, long lastBlock) {
        long from = Math.max(firstBlock, Leaf.first(first));
        while (from <= lastBlock && Leaf.of(from) < end) {
            long last = Math.min(lastBlock, Leaf.first(Leaf.of(from)) + Leaf.BLOCKS - 1);
            add(Leaf.of(from), (-1L << Leaf.index(from)) & (-1L >>> (Leaf.BLOCKS - 1 - Leaf.index(last))));
            from = last + 1;
        }
    }

    /** Hands over each leaf that has blocks in it, ascending. */
    void leaves(LongConsumer visitor) {
        leaves.keySet().forEach(visitor::accept);
    }

    /** Blocks from here on were not looked at; {@link Long#MAX_VALUE} when all were. */
    public long endBlock() {
        return end == Long.MAX_VALUE ? end : Leaf.first(end);
    }

    /** Hands over the ranges of blocks, ascending, none next to another, until the visitor has enough. */
    public void ranges(Ranges visitor) {
        long from = -1;
        long next = -1;
        for (Map.Entry<Long, Long> leaf : leaves.entrySet()) {
            for (int i = 0; i < Leaf.BLOCKS; i++) {
                if ((leaf.getValue() >>> i & 1) == 0) {
                    continue;
                }
                long block = Leaf.first(leaf.getKey()) + i;
                if (block != next) {
                    if (from >= 0 && !visitor.range(from, next)) {
                        return;
                    }
                    from = block;
                }
                next = block + 1;
            }
        }
        if (from >= 0) {
            visitor.range(from, next);
        }
    }

    /** Receives ranges of 4 KiB blocks. */
    @FunctionalInterface
    public interface Ranges {
        /**
         * @param end the block behind the last one
         * @return whether to go on
         */
        boolean range(long first, long end);
    }
}
