package dev.sandstone.engine.map;

import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataException;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.space.SpaceLedger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
 *   <li>A cached leaf of a lineage is what store and overlay together say, one of a moment is what the store says.
 * </ul>
 */
public final class BlockMap {
    /** Bytes of a map block. */
    public static final int BLOCK_BYTES = 4096;

    /** The moment of what is newest. */
    public static final long NOW = HistReader.NOW;

    private static final byte[] NOTHING = {};

    /** So often blocks that several show are counted at most. */
    private static final int COUNTS = 4;

    private final MetadataStore store;
    private final SpaceLedger ledger;
    private final MapLimits limits;
    private final Overlay overlay;
    private final LeafLoader loader;
    private final Folder folder;
    private final MapParts parts;
    private final Lendings lendings;
    private final Fillings fillings;
    private final Map<Long, LineageMap> lineages = new HashMap<>();
    private final List<Runnable> relief = new ArrayList<>();
    private long advanced;
    /** Entries of the active part that belong to records closed already. */
    private long complete;

    private long nextView = -1;
    /** Folds that moved versions. */
    private long moves;

    /**
     * Opens the map over what the store has, which it reads at once: not on the loop. The ledger gets the stored live
     * bytes. Nothing happens by itself before {@link #start}.
     */
    public BlockMap(MapSetup setup) {
        store = setup.store();
        ledger = setup.ledger();
        limits = setup.limits();
        advanced = store.appliedLsn();
        overlay = new Overlay(advanced);
        MapCommit commit = new MapCommit(store);
        ledger.displaced(commit.live());
        folder = new Folder(setup, commit, this);
        LeafCache cache = new LeafCache(limits.leafBytes());
        loader = new LeafLoader(setup, cache, gate(), folder::fail);
        parts = new MapParts(cache, loader, overlay, ledger, this::cut, limits.longBlank(), limits.shortData());
        Fillings.Parts filled = new Fillings.Parts(store, commit, folder, loader, limits.runsPerStep());
        fillings = new Fillings(lineages, filled);
        restore(commit);
        lendings = new Lendings(ledger, limits.runsPerStep(), storedLendings());
    }

    /** Whether the store has any fact of shared blocks. */
    private boolean storedLendings() {
        ByteBuffer from = KeySpace.refs(ByteBuffer.allocateDirect(KeySpace.REFS_KEY_BYTES), 0);
        ByteBuffer to = KeySpace.refs(ByteBuffer.allocateDirect(KeySpace.REFS_KEY_BYTES), -1);
        try (MetadataCursor rows = store.scan(Table.REFS, from, to)) {
            return rows.valid();
        }
    }

    private LeafLoader.Gate gate() {
        return new LeafLoader.Gate() {
            @Override
            public long foldedLsn() {
                return folder.foldedLsn();
            }

            @Override
            public void fold(Folded done) {
                BlockMap.this.fold(done);
            }
        };
    }

    /** What the store has of lineages, and of moments that are gone. Who retains moments says so before {@link #start}. */
    private void restore(MapCommit commit) {
        commit.lineages().forEach((id, row) -> {
            if (row.state() != LineageRow.State.DEAD) {
                lineages.put(id, new LineageMap(id, row, parts));
            }
        });
        commit.lineages().forEach((id, row) -> {
            LineageMap map = lineages.get(id);
            if (map != null && row.parent() != 0) {
                map.family().fork(lineage(row.parent()), row.parentLsn());
            }
            if (map != null) {
                map.family().tie(row.tie());
            }
            if (map != null && row.state() == LineageRow.State.ENDED) {
                map.family().end();
            }
        });
        ByteBuffer from = ByteBuffer.allocateDirect(0);
        ByteBuffer to = KeySpace.point(ByteBuffer.allocateDirect(KeySpace.POINT_KEY_BYTES), -1, -1);
        try (MetadataCursor rows = store.scan(Table.PURGE, from, to)) {
            for (; rows.valid(); rows.next()) {
                LineageMap map = lineages.get(KeySpace.part(rows.key(), 0));
                if (map != null) {
                    map.family().purging(1);
                    folder.purge(new Overlay.Gone(map.id(), KeySpace.part(rows.key(), 1)));
                }
            }
        }
    }

    /** Goes on with what a restart interrupted. Call on the loop, once. */
    public void start() {
        folder.kick();
    }

    /** The map of a lineage, made when unknown; never for one that was deleted. */
    public LineageMap lineage(long id) {
        return lineages.computeIfAbsent(id, unknown -> new LineageMap(unknown, LineageRow.NEW, parts));
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
        complete = overlay.activeEntries();
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
     * A fact of the record under way: a lineage shows blocks whose record it does not own (I12). Give it before the version
     * that it is about. It goes when nothing of that version is left in the store.
     */
    public void lend(Lending fact) {
        row(Table.REFS, fact.key(), fact.value());
        lendings.added(fact);
    }

    /**
     * The facts about blocks of a segment, those folded so far; of more than so many only one more than that. Answered on
     * the loop, null when the store has failed.
     */
    public void lent(long segment, int most, Consumer<@Nullable List<Lending>> done) {
        loader.ask(() -> Lending.of(store, segment, most), done);
    }

    // moments and forks; each is a fact of the record under way

    /**
     * The record under way will retain this moment. A record with several says so of each before it gives any fact: the
     * overlay is closed where a moment lies, which would part the facts of the record, and a crash keep some of them.
     */
    public void moment(long id, long lsn) {
        LineageMap map = lineages.get(id);
        if (map != null
                && map.dirty()
                && lsn > overlay.base()
                && !map.family().points().contains(lsn)) {
            cut();
        }
    }

    /** The content of the lineage as of this record is kept until it is released as often. */
    public void retain(long id, long lsn) {
        moment(id, lsn);
        LineageMap map = lineage(id);
        map.family().retain(lsn);
    }

    /** Takes {@link #retain} back; what no other moment shows is removed in the background, also after a restart. */
    public void release(long id, long lsn) {
        LineageMap map = lineages.get(id);
        if (map == null || !map.family().release(lsn)) {
            return;
        }
        if (map.family().ended() && map.family().points().isEmpty()) {
            die(map);
        } else {
            purge(map, lsn);
        }
    }

    /**
     * A new lineage, whose blocks are those of another as of a record as long as they were not written to it. That moment
     * is retained for it.
     */
    public void fork(long id, long parent, long parentLsn) {
        moment(parent, parentLsn);
        LineageMap from = lineage(parent);
        LineageMap map = lineage(id);
        map.family().fork(from, parentLsn);
        overlay.turn(map, LineageRow.State.LIVE);
    }

    /**
     * Nothing will be written to the lineage any more: only its retained moments are kept. A moment of this very record
     * shows all there is, so nothing is to be removed before that one goes: a removal begun now would share its row with the
     * later one's, and take it along when it ends.
     */
    public void end(long id) {
        LineageMap map = lineages.get(id);
        if (map == null) {
            return;
        }
        if (map.family().points().isEmpty()) {
            die(map);
        } else {
            map.family().end();
            overlay.turn(map, LineageRow.State.ENDED);
            if (!map.family().points().contains(advanced + 1)) {
                purge(map, advanced + 1);
            }
        }
    }

    /** From now on what the lineage inherits becomes its own, whoever sees to that: see {@link #fillings}. */
    public void detaching(long id) {
        LineageMap map = lineages.get(id);
        if (map != null && map.parent() != null && map.family().tie() == LineageRow.Tie.PLAIN) {
            map.family().tie(LineageRow.Tie.DETACHING);
            overlay.turn(map, state(map));
        }
    }

    /**
     * The lineage lets go of its parent and of the moment of it. Only if the store says that all it inherits is its own: one
     * that is older than the record, and does not say so, leaves the lineage as it was, and correct.
     */
    public void detached(long id) {
        LineageMap map = lineages.get(id);
        LineageMap parent = map == null ? null : map.parent();
        if (map == null || parent == null || map.family().tie() != LineageRow.Tie.FILLED) {
            return;
        }
        long lsn = map.parentLsn();
        map.family().cut();
        overlay.turn(map, state(map));
        release(parent.id(), lsn);
    }

    private static LineageRow.State state(LineageMap map) {
        return map.family().ended() ? LineageRow.State.ENDED : LineageRow.State.LIVE;
    }

    /** Nobody can ask for the lineage any more: its map answers only holes, its rows are removed in the background. */
    private void die(LineageMap map) {
        LineageMap parent = map.parent();
        lineages.remove(map.id());
        map.delete();
        overlay.turn(map, LineageRow.State.DEAD);
        if (parent != null) {
            release(parent.id(), map.parentLsn());
        }
    }

    private void purge(LineageMap map, long lsn) {
        row(
                Table.PURGE,
                KeySpace.point(ByteBuffer.allocate(KeySpace.POINT_KEY_BYTES), map.id(), lsn)
                        .array(),
                NOTHING);
        map.family().purging(1);
        overlay.gone(map.id(), lsn);
    }

    /** The content of a lineage as of a retained moment. */
    public MapView view(long id, long lsn) {
        return lineage(id).view(lsn, nextView--);
    }

    /** How many lineages stand behind one; 0 for one that is not known. */
    public int depth(long id) {
        LineageMap map = lineages.get(id);
        return map == null ? 0 : map.family().depth();
    }

    /** For lineages that become independent. */
    public Fillings fillings() {
        return fillings;
    }

    // questions about more than one block; answered on the loop, null when the store has failed

    /**
     * A moment of a lineage; {@link #NOW} is that of its newest versions.
     *
     * @param kept whether it is retained, or now; one that is not has lost versions displaced since
     */
    public record Spot(long lineage, long lsn, boolean kept) {
        /** One that is retained, or now. */
        public Spot(long lineage, long lsn) {
            this(lineage, lsn, true);
        }
    }

    /**
     * Which blocks may differ, from one on. Both moments are retained, now, or were now not long ago: of such a one what was
     * written later may be named too where the other is of another lineage.
     *
     * @param mostLeaves of 64 blocks that the answer holds
     */
    public void compare(Spot one, Spot other, long firstBlock, int mostLeaves, Consumer<@Nullable LeafSet> done) {
        List<HistReader.Step> from = lineage(one.lineage()).path(one.lsn());
        List<HistReader.Step> to = lineage(other.lineage()).path(other.lsn());
        folded(done, () -> {
            LeafSet found = new LeafSet(Leaf.of(firstBlock), mostLeaves);
            new MapDiff(store, found).compare(from, one.kept(), to, other.kept());
            return found;
        });
    }

    /**
     * Where versions lie, each as the store has it: it does when all records up to its birth are folded and some moment
     * shows it, or it is the newest.
     *
     * @param versions at least one
     */
    public void find(List<Sought> versions, MapReader.Loaded done) {
        loader.find(versions, done);
    }

    /** How many blocks with data a lineage shows now, inherited ones too. */
    public void mapped(long id, Consumer<@Nullable Long> done) {
        LineageMap map = lineage(id);
        List<HistReader.Step> path = map.path();
        if (path.size() == 1) {
            fold(ok -> done.accept(ok ? map.mappedBlocks() : null));
        } else {
            folded(done, () -> MapDiff.mapped(store, path));
        }
    }

    /** How many blocks of the lineage, as it is now, copies by reference made it show. */
    public void borrowed(long id, Consumer<@Nullable Long> done) {
        List<HistReader.Step> path = lineage(id).path();
        folded(done, () -> Borrowed.blocks(store, path));
    }

    /** For {@link #reclaim}. */
    public Reclaim reclaim() {
        return new Reclaim(this);
    }

    /** How many blocks with data that would give back. */
    public void reclaim(Reclaim what, Reclaim.Records records, Consumer<@Nullable Long> done) {
        count(what.counting(store, records), COUNTS, done);
    }

    /** What several show is counted again when something was moved meanwhile: it was looked for where it lay. */
    private void count(Reclaim.Counting counting, int left, Consumer<@Nullable Long> done) {
        fold(ok -> {
            if (!ok) {
                done.accept(null);
                return;
            }
            long before = moves;
            loader.ask(counting::answer, (Reclaim.@Nullable Answer answer) -> {
                if (answer != null && answer.shared() && moves != before && left > 1) {
                    count(counting, left - 1, done);
                } else {
                    done.accept(answer == null ? null : (Long) answer.blocks());
                }
            });
        });
    }

    /** Whether blocks may be shown by others than the owners of their records. */
    public boolean lends() {
        return lendings.any();
    }

    /** Hands over all lineages that are not dead. */
    void families(BiConsumer<Long, Family> visitor) {
        lineages.forEach((id, map) -> visitor.accept(id, map.family()));
    }

    private <T> void folded(Consumer<@Nullable T> done, Supplier<T> question) {
        fold(ok -> {
            if (ok) {
                loader.ask(question, done);
            } else {
                done.accept(null);
            }
        });
    }

    /** Closes the overlay's active part before the record under way. */
    private void cut() {
        if (overlay.activeEntries() != complete) {
            throw new IllegalStateException("record " + (advanced + 1) + " names a moment behind other facts");
        }
        overlay.close(advanced);
        complete = 0;
        ledger.close();
        folder.cut();
    }

    /** Whether versions that nobody needs still have rows in the store. */
    public boolean reaping() {
        return folder.reaping() || overlay.leavesGarbage();
    }

    /**
     * Whether a crash can bring back a map that names the segment although no record did so: versions that nobody needed were
     * removed, and that is not flushed. {@link #flush} ends it.
     */
    public boolean mayComeBack(long segment) {
        return folder.mayComeBack(segment);
    }

    /** Brings all records advanced so far into the store; done on the loop. */
    public void fold(Folded done) {
        folder.request(advanced, false, done);
    }

    /**
     * Folds, then flushes: afterwards {@link #flushedLsn()} is at least what {@link #advancedLsn()} is now, and no removal so
     * far can come undone.
     */
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

    /** Uses the store no more, once what is under way has ended; folds nothing by itself. */
    public void close(Runnable done) {
        folder.close(() -> loader.whenIdle(done));
    }

    // for the folder

    Overlay overlay() {
        return overlay;
    }

    /** What is to be folded next. */
    FoldInput next() {
        Overlay.Part part = overlay.oldest();
        if (part == null) {
            overlay.close(advanced);
            complete = 0;
            ledger.close();
            return next();
        }
        return part.input();
    }

    void folded(FoldResult result) {
        Overlay.Part part = overlay.folded();
        loader.folded();
        moves += part.moves() ? 1 : 0;
        for (FoldInput.Turn turn : part.input().lineages()) {
            if (turn.state() == LineageRow.State.DEAD) {
                folder.reap(turn.lineage());
            }
        }
        part.gone().forEach(folder::purge);
        ledger.folded(result.segments());
        lendings.changed(result.segments());
        counted(result);
        if (!pressed()) {
            relieve();
        }
    }

    void displaced(FoldResult result) {
        ledger.displaced(result.segments());
        lendings.changed(result.segments());
        counted(result);
    }

    Lendings lendings() {
        return lendings;
    }

    private void counted(FoldResult result) {
        result.lineages().forEach((id, row) -> {
            LineageMap map = lineages.get(id);
            if (map != null) {
                map.counted(row);
            }
        });
    }

    /** The removal of what that moment was the last to need; null when the whole lineage is removed. */
    @Nullable
    Purge purge(Overlay.Gone gone) {
        LineageMap map = lineages.get(gone.lineage());
        Family family = map == null ? null : map.family();
        return family == null ? null : new Purge(gone, family.points(), family.ended(), advanced);
    }

    void purged(Purge purge) {
        LineageMap map = lineages.get(purge.lineage());
        if (map != null) {
            map.family().purging(-1);
        }
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
