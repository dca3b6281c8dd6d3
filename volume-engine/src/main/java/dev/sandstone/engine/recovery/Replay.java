package dev.sandstone.engine.recovery;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.log.ScanSink;
import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.map.BlockSpan;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings the records of the recovery walk into the map, in portions, and waits when folding lags behind.
 *
 * <p>Used by the thread that opens the pool; the facts are handed to the loop. When that thread is the loop, nothing can
 * be waited for, and nothing is.
 */
final class Replay implements ScanSink {
    private static final int PORTION = 1024;

    private final ShardLoop loop;
    private final BlockMap map;
    private final Facts facts;
    private final boolean moves;
    private List<Consumer<Facts>> portion = new ArrayList<>();
    private long sure;
    private long records;
    private long poisonedBlocks;
    private @Nullable String trouble;
    /** Where damaged relocations were to put blocks. */
    private final Set<Long> notMoved = new HashSet<>();

    /**
     * @param moves whether what the cleaner moved is to be found in its new place. Both places hold it: a segment is not
     *     freed before the map that is stored covers the moves out of it. To forget the moves empties the segment that
     *     took them: the way out for a pool without a free slot, where cleaning could not begin.
     */
    Replay(ShardLoop loop, BlockMap map, Facts facts, boolean moves) {
        this.loop = loop;
        this.map = map;
        this.facts = facts;
        this.moves = moves;
    }

    private record Span(long lineage, long block, int blocks) implements BlockSpan {
        static Span of(RecordDescriptor record) {
            return new Span(record.lineage(), record.block(), record.blocks());
        }
    }

    @Override
    public void sure(long lsn) {
        sure = lsn;
    }

    @Override
    public void record(RecordDescriptor record, @Nullable ByteBuffer payload) {
        records++;
        long lsn = record.lsn();
        switch (record.type()) {
            case DATA -> add(f -> f.data(lsn, Span.of(record), record.pointer(), record.checksums()));
            case RELOC -> relocation(record);
            case ZERO -> add(f -> f.zero(lsn, Span.of(record)));
            case UNMAP -> add(f -> f.unmap(lsn, Span.of(record)));
            case POISON -> add(f -> f.poison(lsn, Span.of(record)));
            case LINEAGEDEL -> add(f -> f.deletion(record.lineage()));
            case CONFIG -> decoded(record, payload, VolumeRow::decode, (f, row) -> f.config(lsn, row));
            case RESERVATION -> decoded(record, payload, AnnexPart::decode, Facts::annex);
            case SNAP -> decoded(record, payload, SnapshotsTaken::decode, (f, taken) -> f.snapshots(lsn, taken));
            case SNAPDEL -> decoded(record, payload, SnapshotsDeleted::decode, Facts::deletion);
            case MARK -> decoded(record, payload, MarksSet::decode, (f, set) -> f.marks(lsn, set));
            case FORK -> fork(record, payload);
            case REFMAP -> decoded(record, payload, SharedBlocks::decode, (f, blocks) -> f.shared(lsn, blocks));
            case RELOCREF -> references(record, payload);
            case NOP -> {}
            default -> trouble("record " + lsn + " is a " + record.type() + ", which this version cannot apply");
        }
        close(lsn);
    }

    private void fork(RecordDescriptor record, @Nullable ByteBuffer payload) {
        if (payload != null && Detachments.is(payload)) {
            decoded(record, payload, Detachments::decode, Facts::detachments);
        } else {
            decoded(record, payload, Forks::decode, (f, forks) -> f.forks(record.lsn(), forks));
        }
    }

    private void relocation(RecordDescriptor record) {
        if (moves) {
            add(f -> f.relocation(record.birth(), Span.of(record), record.pointer(), record.checksums()));
        }
    }

    private void references(RecordDescriptor record, @Nullable ByteBuffer payload) {
        if (moves) {
            decoded(record, payload, bytes -> MovedReferences.decode(bytes).without(notMoved), Facts::references);
        }
    }

    private <T> void decoded(
            RecordDescriptor record,
            @Nullable ByteBuffer payload,
            Function<ByteBuffer, T> decoder,
            BiConsumer<Facts, T> fact) {
        if (payload == null) {
            trouble("record " + record.lsn() + ", a " + record.type() + ", does not say what it changes");
            return;
        }
        try {
            T what = decoder.apply(payload);
            add(f -> fact.accept(f, what));
        } catch (IllegalArgumentException damaged) {
            trouble("record " + record.lsn() + " holds a " + damaged.getMessage());
        }
    }

    /**
     * The sound blocks are as the record says, the others are lost. A damaged RELOC takes nothing away: its segment was
     * not freed before the map covered it, so the blocks still lie where they were; nor does a damaged RELOCREF, and
     * none leads anybody to what a damaged RELOC was to hold.
     */
    @Override
    public void damaged(RecordDescriptor record, BitSet bad) {
        records++;
        long lsn = record.lsn();
        switch (record.type()) {
            case DATA -> {
                poisonedBlocks += bad.cardinality();
                add(f -> {
                    f.data(lsn, Span.of(record), record.pointer(), record.checksums());
                    bad.stream().forEach(i -> f.poison(lsn, new Span(record.lineage(), record.block() + i, 1)));
                });
            }
            case RELOC -> {
                for (int i = 0; i < record.blocks(); i++) {
                    notMoved.add(Pointer.plus(record.pointer(), i));
                }
            }
            case RELOCREF -> {}
            default -> trouble("record " + lsn + ", a " + record.type() + ", is damaged and cannot be made good");
        }
        close(lsn);
    }

    @Override
    public void lost(long firstLsn, long lastLsn) {
        trouble("records " + firstLsn + " to " + lastLsn
                + " of the log were acknowledged and are damaged, and nothing tells which blocks they changed");
        for (long lsn = firstLsn; lsn <= lastLsn; lsn++) {
            close(lsn);
        }
    }

    private void trouble(String what) {
        if (trouble == null) {
            trouble = what;
        }
    }

    /** What makes it impossible to open the pool; null when nothing does. */
    @Nullable
    String trouble() {
        return trouble;
    }

    long records() {
        return records;
    }

    long poisonedBlocks() {
        return poisonedBlocks;
    }

    private void add(Consumer<Facts> fact) {
        portion.add(fact);
    }

    private void close(long lsn) {
        add(f -> f.close(lsn));
        // What is behind was under way when power was lost, so there is little of it.
        if (portion.size() >= PORTION && lsn <= sure) {
            hand();
        }
    }

    /** Hands over what was gathered and waits until it is in the map; at the end once all copies agree. */
    void hand() {
        List<Consumer<Facts>> ready = portion;
        portion = new ArrayList<>();
        if (trouble != null) {
            return;
        }
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        loop.run(() -> {
            try {
                ready.forEach(fact -> fact.accept(facts));
                map.onRelief(() -> done.complete(null));
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        if (!loop.inLoop()) {
            done.join();
        }
    }
}
