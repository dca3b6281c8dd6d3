package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Blocks that versions show which are to go, where others may show them too: each is given back only if nobody does. Those who
 * may are the owner of the record that wrote it and those whom the facts in REFS name (I12).
 *
 * <p>Reads the store; for one thread.
 */
final class SharedFreed {
    private static final int BLOCK_GRAINS = BlockMap.BLOCK_BYTES / Pointer.GRAIN_BYTES;

    private final MetadataStore store;
    private final Map<Long, Rest> rests;
    private final Set<Long> unshared = new HashSet<>();
    private final Map<Long, BitSet> bySegment = new HashMap<>();
    private final Run run = new Run();
    private final HistRow row = new HistRow();
    private final ByteBuffer from = ByteBuffer.allocateDirect(KeySpace.HISTORY_KEY_BYTES);
    private final ByteBuffer to = ByteBuffer.allocateDirect(KeySpace.HISTORY_KEY_BYTES);

    /** What is left of a lineage afterwards. */
    record Rest(Points points, boolean ended) {}

    /** @param rests of all lineages of which something is left */
    SharedFreed(MetadataStore store, Map<Long, Rest> rests) {
        this.store = store;
        this.rests = rests;
    }

    /**
     * Blocks that a version shows which is to go.
     *
     * @return false when nobody else can show them: they are given back, and this is not to be told
     */
    boolean add(long pointer, long blocks) {
        long segment = Pointer.segment(pointer);
        if (unshared.contains(segment)) {
            return false;
        }
        BitSet known = bySegment.get(segment);
        if (known == null && Lending.of(store, segment, 0).isEmpty()) {
            unshared.add(segment);
            return false;
        }
        int first = Pointer.grain(pointer) / BLOCK_GRAINS;
        bySegment.computeIfAbsent(segment, one -> new BitSet()).set(first, first + (int) blocks);
        return true;
    }

    /** Whether any such block was found. */
    boolean isAny() {
        return !bySegment.isEmpty();
    }

    /** How many of them nobody shows any more. Where a segment does not tell who owned them, an owner may: then none. */
    long blocks(Reclaim.Records records) {
        long found = 0;
        for (Map.Entry<Long, BitSet> one : bySegment.entrySet()) {
            List<RecordDescriptor> owners = records.of(one.getKey());
            if (owners == null) {
                continue;
            }
            BitSet blocks = one.getValue();
            for (Lending fact : Lending.of(store, one.getKey(), Integer.MAX_VALUE)) {
                strike(blocks, fact);
            }
            for (RecordDescriptor record : owners) {
                if (record.type().carriesBlocks()) {
                    strike(
                            blocks,
                            new Lending(
                                    record.pointer(),
                                    record.blocks(),
                                    record.lineage(),
                                    record.block(),
                                    record.birth()));
                }
            }
            found += blocks.cardinality();
        }
        return found;
    }

    /** Those that the lineage goes on showing are not given back. */
    private void strike(BitSet blocks, Lending claim) {
        int first = Pointer.grain(claim.pointer()) / BLOCK_GRAINS;
        Rest rest = rests.get(claim.lineage());
        int at = blocks.nextSetBit(first);
        while (rest != null && at >= 0 && at < first + claim.blocks()) {
            long block = claim.block() + at - first;
            int count = Math.min(Leaf.BLOCKS - Leaf.index(block), first + claim.blocks() - at);
            long shown = shown(claim, block, count, rest) >>> Leaf.index(block);
            for (int i = 0; i < count; i++) {
                if ((shown >>> i & 1) != 0) {
                    blocks.clear(at + i);
                }
            }
            at = blocks.nextSetBit(at + count);
        }
    }

    /** Which blocks of the leaf, of some of the claim's from one on, have its version at its place and need it; a bit each. */
    private long shown(Lending claim, long block, int count, Rest rest) {
        return inHead(claim, block, count, rest) | inHistory(claim, block, count, rest);
    }

    private static long place(Lending claim, long block) {
        return Pointer.plus(claim.pointer(), block - claim.block());
    }

    private long inHead(Lending claim, long block, int count, Rest rest) {
        if (rest.ended() && claim.birth() > rest.points().last()) {
            return 0;
        }
        long shown = 0;
        long last = block + count - 1;
        KeySpace.head(from, claim.lineage(), block);
        KeySpace.head(to, claim.lineage(), Long.MAX_VALUE);
        try (MetadataCursor rows = store.scan(Table.HEAD, from, to)) {
            for (; rows.valid(); rows.next()) {
                RunCodec.decode(rows.key(), rows.value(), run);
                if (run.first > last) {
                    break;
                }
                boolean its = run.birth == claim.birth() && run.hasData();
                for (long at = Math.max(block, run.first); its && at <= Math.min(last, run.last); at++) {
                    boolean there = Pointer.plus(run.pointer, at - run.first) == place(claim, at);
                    shown |= there ? 1L << Leaf.index(at) : 0;
                }
            }
        }
        return shown;
    }

    private long inHistory(Lending claim, long block, int count, Rest rest) {
        if (rest.points().last() < claim.birth()) {
            return 0;
        }
        long shown = 0;
        long leaf = Leaf.of(block);
        KeySpace.hist(from, claim.lineage(), leaf, claim.birth() + 1);
        KeySpace.hist(to, claim.lineage(), leaf, -1);
        try (MetadataCursor rows = store.scan(Table.HIST, from, to)) {
            for (; rows.valid(); rows.next()) {
                row.decode(rows.value());
                boolean needed = rest.points().need(claim.birth(), KeySpace.part(rows.key(), 2));
                for (int i = Leaf.index(block); needed && i < Leaf.index(block) + count; i++) {
                    boolean there = row.has(i)
                            && row.versions.births[i] == claim.birth()
                            && row.versions.pointers[i] == place(claim, Leaf.first(leaf) + i);
                    shown |= there ? 1L << i : 0;
                }
            }
        }
        return shown;
    }
}
