package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Gives a lineage rows of its own for blocks that it inherits, in batches that add nothing of the log: what the lineage and
 * its moments show is the same before and after. Each row comes in one batch with the fact that names the lineage as an owner
 * of the data (I12).
 *
 * <p>Confined to one thread at a time, the metadata writer.
 */
final class FillWriter implements InheritedWalk.Visitor {
    private final MapCommit commit;
    private final InheritedWalk.Of of;
    private final Set<Long> allowed;
    private final Set<Long> used = new HashSet<>();
    private final List<Long> leaves = new ArrayList<>();
    private final List<Lending> lent = new ArrayList<>();
    private final Run run = new Run();
    private final HistRow row = new HistRow();
    private final ByteBuffer key = ByteBuffer.allocate(KeySpace.HISTORY_KEY_BYTES);
    private final ByteBuffer value = ByteBuffer.allocate(RunCodec.MAX_BYTES);
    private int blocks;

    /**
     * What a step did.
     *
     * @param next where the next one begins
     * @param leaves whose versions are the lineage's own now
     * @param segments whose data it names
     * @param lent the facts that say so
     */
    record Filled(
            FoldResult result, InheritedWalk.Place next, List<Long> leaves, Set<Long> segments, List<Lending> lent) {}

    /** A step that was begun. */
    @FunctionalInterface
    interface Begun {
        Filled run();
    }

    /** @param allowed segments whose data may be named: nobody moves it meanwhile */
    FillWriter(MapCommit commit, InheritedWalk.Of of, Set<Long> allowed) {
        this.commit = commit;
        this.of = of;
        this.allowed = allowed;
    }

    Filled step(InheritedWalk.Place begin, int most) {
        FoldResult result = new FoldResult(commit.store().appliedLsn());
        commit.begin();
        InheritedWalk.Place next = new InheritedWalk(commit.store(), of, this).step(begin, most);
        write();
        commit.count(of.lineage(), result);
        if (next.isEnd()) {
            commit.put(of.lineage(), commit.row(of.lineage()).filled());
        }
        if (next.isEnd() || !leaves.isEmpty()) {
            commit.commit(result);
        }
        return new Filled(result, next, leaves, used, lent);
    }

    @Override
    public boolean leaf(long death, long leaf, long mask, Leaf image) {
        if (!allowed.containsAll(segments(mask, image))) {
            return false;
        }
        leaves.add(leaf);
        if (death == 0) {
            newest(leaf, mask, image);
        } else {
            displaced(death, leaf, mask, image);
        }
        return true;
    }

    /** The segments in which those blocks lie. */
    static Set<Long> segments(long mask, Leaf image) {
        Set<Long> segments = new HashSet<>();
        for (long left = mask; left != 0; left &= left - 1) {
            long pointer = image.pointers[Long.numberOfTrailingZeros(left)];
            if (Pointer.hasData(pointer)) {
                segments.add(Pointer.segment(pointer));
            }
        }
        return segments;
    }

    private void newest(long leaf, long mask, Leaf image) {
        for (long left = mask; left != 0; left &= left - 1) {
            int index = Long.numberOfTrailingZeros(left);
            long block = Leaf.first(leaf) + index;
            long pointer = image.pointers[index];
            boolean goesOn = blocks > 0
                    && block == run.first + blocks
                    && blocks < RunCodec.MAX_DATA_BLOCKS
                    && pointer == Pointer.plus(run.pointer, blocks);
            if (!goesOn) {
                write();
                run.set(block, block, pointer, of.birth());
            }
            run.checksum(blocks++, image.checksums[index]);
        }
    }

    /** Writes the run that was gathered. */
    private void write() {
        if (blocks == 0) {
            return;
        }
        run.last = run.first + blocks - 1;
        commit.batch().put(Table.HEAD, KeySpace.head(key, of.lineage(), run.last), RunCodec.encode(value, run));
        commit.change().added(run);
        own(run.pointer, run.first, blocks);
        blocks = 0;
    }

    private void displaced(long death, long leaf, long mask, Leaf image) {
        ByteBuffer stored = commit.store().get(Table.HIST, KeySpace.hist(key, of.lineage(), leaf, death));
        row.clear();
        if (stored != null) {
            row.decode(stored);
        }
        for (long left = mask; left != 0; left &= left - 1) {
            int index = Long.numberOfTrailingZeros(left);
            row.put(index, image.pointers[index], of.birth(), image.checksums[index]);
            commit.change().restored(image.pointers[index]);
            own(image.pointers[index], Leaf.first(leaf) + index, 1);
        }
        commit.batch().put(Table.HIST, KeySpace.hist(key, of.lineage(), leaf, death), row.encode(value));
        if (commit.store().get(Table.DEAD, KeySpace.dead(key, of.lineage(), death, leaf)) == null) {
            commit.batch().put(Table.DEAD, key, new DeadRow(0, 0).encode(value));
        }
    }

    /** The fact that the lineage shows these blocks. */
    private void own(long pointer, long block, int count) {
        if (!Pointer.hasData(pointer)) {
            return;
        }
        used.add(Pointer.segment(pointer));
        Lending fact = new Lending(pointer, count, of.lineage(), block, of.birth());
        lent.add(fact);
        commit.batch().put(Table.REFS, ByteBuffer.wrap(fact.key()), ByteBuffer.wrap(fact.value()));
    }
}
