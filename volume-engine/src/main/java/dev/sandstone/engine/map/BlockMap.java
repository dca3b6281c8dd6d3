package dev.sandstone.engine.map;

import dev.sandstone.engine.loop.ShardLoop;
import dev.sandstone.engine.meta.MetadataException;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.space.SpaceLedger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where every block of a shard lies: memory for what is new or hot, the metadata store for the rest.
 *
 * <p>Confined to the shard's loop; the store is used on the threads given at opening. The map is a function of the log:
 * it takes facts in LSN order and what it has stored is the fold of the records 1 to {@link #foldedLsn()}.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Every fact after {@link #foldedLsn()} is in the overlay; none is taken out before the batch that has it is
 *       committed.
 *   <li>A cached leaf is what head table and overlay together say.
 * </ul>
 */
public final class BlockMap {
    /** Bytes of a map block. */
    public static final int BLOCK_BYTES = 4096;

    private final ShardLoop loop;
    private final MetadataStore store;
    private final Executor writer;
    private final SpaceLedger ledger;
    private final MapLimits limits;
    private final Overlay overlay = new Overlay();
    private final LeafLoader loader;
    private final Folder folder;
    private final MapParts parts;
    private final Map<Long, LineageMap> lineages = new HashMap<>();
    private final List<Runnable> relief = new ArrayList<>();
    private List<Long> deleting = List.of();
    private long advanced;

    /**
     * Opens the map over what the store has, which it reads at once: not on the loop. The ledger gets the stored live
     * bytes. Nothing happens by itself before {@link #start}.
     */
    public BlockMap(MapSetup setup) {
        loop = setup.loop();
        store = setup.store();
        writer = setup.writer();
        ledger = setup.ledger();
        limits = setup.limits();
        advanced = store.appliedLsn();
        HeadWriter head = new HeadWriter(store, limits.runsPerStep());
        ledger.displaced(head.live());
        folder = new Folder(setup, head, this);
        LeafCache cache = new LeafCache(limits.leafBytes());
        loader = new LeafLoader(setup, cache, folder::fail);
        parts = new MapParts(cache, loader, overlay, ledger);
        head.lineages().forEach((id, row) -> {
            if (!row.deleted()) {
                lineages.put(id, new LineageMap(id, row.mapped(), parts));
            }
        });
    }

    /** Goes on with what a restart interrupted. Call on the loop, once. */
    public void start() {
        folder.kick();
    }

    /** The map of a lineage, made when unknown; never for one that was deleted. */
    public LineageMap lineage(long id) {
        return lineages.computeIfAbsent(id, unknown -> new LineageMap(unknown, 0, parts));
    }

    /** The map of a lineage that something was ever written to or that was asked for before; else null. */
    public @Nullable LineageMap find(long id) {
        return lineages.get(id);
    }

    /**
     * Closes a record: all its facts were given, in the same task of the loop. LSNs are dense; records without facts are
     * closed too.
     *
     * @param lsn one more than the last
     */
    public void advance(long lsn) {
        if (lsn != advanced + 1) {
            throw new IllegalStateException("record " + lsn + " follows " + advanced);
        }
        advanced = lsn;
        folder.advanced();
    }

    /** The last record closed; after opening, what the store has. */
    public long advancedLsn() {
        return advanced;
    }

    /** The last record whose facts the store has. */
    public long foldedLsn() {
        return folder.foldedLsn();
    }

    /** The last record whose facts the store keeps through a crash: the free barrier, and where recovery starts. */
    public long flushedLsn() {
        return store.flushedLsn();
    }

    /** A row that becomes durable together with the record under way; a null value removes it. Arrays are kept. */
    public void row(Table table, byte[] key, byte @Nullable [] value) {
        overlay.row(table, key, value);
    }

    /**
     * The lineage is deleted by the record under way. Its map answers only holes from now on; its runs are removed in
     * the background, also after a restart.
     */
    public void destroy(long lineage) {
        LineageMap map = lineages.remove(lineage);
        if (map != null) {
            map.delete();
        }
    }

    /** Whether lineages deleted earlier still have runs in the store. */
    public boolean reaping() {
        return folder.reaping() || !deleting.isEmpty() || overlay.hasDeleted();
    }

    /** Brings all records advanced so far into the store; done on the loop. */
    public void fold(Folded done) {
        folder.request(advanced, false, done);
    }

    /** Folds, then flushes: afterwards {@link #flushedLsn()} is at least what {@link #advancedLsn()} is now. */
    public void flush(Folded done) {
        folder.request(advanced, true, done);
    }

    /** Whether memory is short because folding lags behind; then admit no writes until {@link #onRelief}. */
    public boolean pressed() {
        return overlay.bytes() >= limits.overlayBytes() && folder.failure() == null;
    }

    /** Runs the task on the loop, once, when the pressure is gone or the map has failed. */
    public void onRelief(Runnable task) {
        if (pressed()) {
            relief.add(task);
        } else {
            task.run();
        }
    }

    /** Why the map can fold and load no more; null while it can. Lookups answered from memory go on. */
    public @Nullable MetadataException failure() {
        return folder.failure();
    }

    /**
     * Verifies what is stored, see {@link MapAudit}, between two folds; for a picture of now, fold before.
     *
     * @param sink is handed every run, on the metadata writer's thread
     * @param done is handed what is wrong, on the loop
     */
    public void audit(Consumer<HeadRun> sink, Consumer<List<String>> done) {
        writer.execute(() -> {
            List<String> problems = MapAudit.check(store, sink);
            loop.execute(() -> done.accept(problems));
        });
    }

    /** Uses the store no more, once what is under way has ended; folds nothing by itself. */
    public void close(Runnable done) {
        folder.close(() -> loader.whenIdle(done));
    }

    // for the folder

    Overlay overlay() {
        return overlay;
    }

    FoldInput freeze() {
        FoldInput input = overlay.freeze(advanced);
        deleting = input.deleted();
        ledger.freeze();
        return input;
    }

    void folded(FoldResult result) {
        overlay.folded();
        loader.folded();
        folder.reap(deleting);
        deleting = List.of();
        ledger.folded(result.segments());
        counted(result);
        if (!pressed()) {
            relieve();
        }
    }

    void displaced(FoldResult result) {
        ledger.displaced(result.segments());
        counted(result);
    }

    private void counted(FoldResult result) {
        result.mapped().forEach((id, blocks) -> {
            LineageMap map = lineages.get(id);
            if (map != null) {
                map.mapped(blocks);
            }
        });
    }

    void relieve() {
        List<Runnable> tasks = new ArrayList<>(relief);
        relief.clear();
        tasks.forEach(Runnable::run);
    }

    /** Told on the loop when a fold or flush has ended. */
    @FunctionalInterface
    public interface Folded {
        /** @param ok false when the metadata store failed, see {@link BlockMap#failure()}, or the map was closed */
        void folded(boolean ok);
    }
}
