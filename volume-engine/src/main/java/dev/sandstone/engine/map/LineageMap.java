package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.space.SpaceLedger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The block map of one lineage (one write history).
 *
 * <p>Confined to the shard's loop. Blocks are 4 KiB. Facts are given in LSN order, only when their record is durable,
 * each record closed by {@link BlockMap#advance}.
 *
 * <p>A fact goes into the overlay, and into its leaf where that is cached; so a cached leaf alone answers a lookup.
 */
public final class LineageMap implements MapReader, LeafOwner {
    /** Blank ranges up to this length are kept block by block. */
    private static final int SHORT_BLANK = 8;

    private final long id;
    private final MapParts parts;
    private final LeafCache cache;
    private final Overlay overlay;
    private final SpaceLedger ledger;
    private final Family family;
    private Generation active = Generation.EMPTY;
    /** Closed, not yet folded; oldest first. */
    private final ArrayDeque<Generation> closed = new ArrayDeque<>(2);

    private LineageRow counts;
    private boolean deleted;
    /** Whether the overlay knows that the active part has facts. */
    private boolean dirty;

    LineageMap(long id, LineageRow row, MapParts parts) {
        this.id = id;
        this.parts = parts;
        counts = row;
        cache = parts.cache();
        overlay = parts.overlay();
        ledger = parts.ledger();
        family = new Family(this, cache);
    }

    /** The lineage's id, never used for another. */
    public long id() {
        return id;
    }

    /** Blocks that hold data and that it does not have from its parent, as of the last fold. */
    public long mappedBlocks() {
        return counts.mapped();
    }

    /** Blocks with data of versions that only retained moments show, as of the last fold. */
    public long historyBlocks() {
        return counts.history();
    }

    /** What it came from and what depends on it. */
    Family family() {
        return family;
    }

    /** The lineage it was forked from. */
    public @Nullable LineageMap parent() {
        return family.parent();
    }

    /** As of which record it was forked, 0 without parent. */
    public long parentLsn() {
        return family.parentLsn();
    }

    // questions

    @Override
    public boolean lookup(long block, int blocks, MapSlice slice) {
        slice.reset(blocks);
        int at = 0;
        while (at < blocks) {
            int index = Leaf.index(block + at);
            int count = Math.min(blocks - at, Leaf.BLOCKS - index);
            int entry = cache.find(id, Leaf.of(block + at));
            if (entry != LeafCache.ABSENT) {
                cache.copy(entry, index, count, slice, at);
            } else if (!askOverlay(block + at, count, slice, at)) {
                return false;
            }
            at += count;
        }
        return true;
    }

    private boolean askOverlay(long block, int count, MapSlice slice, int at) {
        if (deleted) {
            for (int i = 0; i < count; i++) {
                slice.set(at + i, Pointer.HOLE, 0, 0);
            }
            return true;
        }
        for (int i = 0; i < count; i++) {
            Generation generation = newest(block + i);
            int handle = generation.resolve(block + i);
            if (!Generation.found(handle) || generation.conditional(handle)) {
                return false;
            }
            slice.set(
                    at + i,
                    generation.pointer(handle, block + i),
                    generation.birth(handle),
                    generation.checksum(handle, block + i));
        }
        return true;
    }

    /** The newest part of the overlay that says something of the block, or one that does not. */
    private Generation newest(long block) {
        if (closed.isEmpty() || Generation.found(active.resolve(block))) {
            return active;
        }
        for (Iterator<Generation> older = closed.descendingIterator(); older.hasNext(); ) {
            Generation generation = older.next();
            if (Generation.found(generation.resolve(block))) {
                return generation;
            }
        }
        return active;
    }

    @Override
    public void load(long block, int blocks, Loaded done) {
        parts.loader().load(this, Leaf.of(block), Leaf.of(block + blocks - 1), done);
    }

    /** Whether other versions than the newest may be needed. */
    public boolean keepsHistory() {
        return family.keepsHistory() || counts.history() > 0;
    }

    /** Whether nothing will be written to it any more; then only the store knows where its versions were moved. */
    public boolean hasEnded() {
        return family.ended();
    }

    @Override
    public long key() {
        return id;
    }

    @Override
    public boolean closed() {
        return deleted;
    }

    @Override
    public List<HistReader.Step> path() {
        return path(HistReader.NOW);
    }

    List<HistReader.Step> path(long lsn) {
        List<HistReader.Step> path = new ArrayList<>(2);
        path.add(new HistReader.Step(id, lsn));
        LineageMap child = this;
        for (LineageMap next = parent(); next != null; next = next.parent()) {
            path.add(new HistReader.Step(next.id, child.parentLsn()));
            child = next;
        }
        return path;
    }

    @Override
    public long neededLsn() {
        return parentLsn();
    }

    @Override
    public void bringUpToDate(long leaf, Leaf image) {
        closed.forEach(generation -> image.overlay(leaf, generation));
        image.overlay(leaf, active);
    }

    /** The lineage as of a retained moment, under a key of its own. */
    MapView view(long lsn, long key) {
        MapView view = new MapView(this, parts, lsn, key);
        family.add(view);
        return view;
    }

    void forget(MapView view) {
        family.remove(view);
    }

    // facts

    /**
     * A DATA record: the blocks lie one after the other from the pointer on.
     *
     * @param birth the record's LSN
     * @param checksums CRC32C of each block from index 0 on; copied
     */
    public void write(long birth, long block, int blocks, long pointer, int[] checksums) {
        Versions versions = active().versions();
        int before = versions.size();
        int known = before;
        for (int i = 0; i < blocks; i++) {
            int slot = versions.findOrAdd(block + i);
            if (versions.size() != known) {
                known++;
            } else if (Pointer.hasData(versions.pointer(slot))) {
                ledger.superseded(Pointer.segment(versions.pointer(slot)), BlockMap.BLOCK_BYTES);
            }
            versions.set(slot, Pointer.plus(pointer, i), birth, checksums[i]);
        }
        overlay.grew(known - before);
        // Counted at once, because all lie in the segment of their record.
        ledger.written(Pointer.segment(pointer), (long) blocks * BlockMap.BLOCK_BYTES);
        writeCached(birth, block, blocks, pointer, checksums);
    }

    /**
     * A REFMAP record: the same for data that is there already.
     *
     * @param checksums kept, not copied
     */
    public void show(long birth, long block, int blocks, long pointer, int[] checksums) {
        if (blocks <= parts.shortData()) {
            write(birth, block, blocks, pointer, checksums);
            return;
        }
        active().spans().cover(block, block + blocks, pointer, birth, checksums);
        overlay.grew(1 + blocks * Integer.BYTES / MapLimits.ENTRY_BYTES);
        ledger.written(Pointer.segment(pointer), (long) blocks * BlockMap.BLOCK_BYTES);
        writeCached(birth, block, blocks, pointer, checksums);
    }

    private void writeCached(long birth, long block, int blocks, long pointer, int[] checksums) {
        int at = 0;
        while (at < blocks) {
            int index = Leaf.index(block + at);
            int count = Math.min(blocks - at, Leaf.BLOCKS - index);
            int entry = cache.find(id, Leaf.of(block + at));
            for (int i = at; entry != LeafCache.ABSENT && i < at + count; i++) {
                cache.set(entry, index + i - at, Pointer.plus(pointer, i), birth, checksums[i]);
            }
            at += count;
        }
    }

    /**
     * A RELOC record: the version of {@code birth} now lies at the pointer, whether it is the newest of its block or only
     * kept for a moment; where it is neither, nothing changes. The birth stays.
     */
    public void relocate(long birth, long block, int blocks, long pointer, int[] checksums) {
        Generation now = active();
        now.move();
        boolean older = birth <= overlay.base() && keepsHistory();
        for (int i = 0; i < blocks; i++) {
            long to = Pointer.plus(pointer, i);
            if (older) {
                now.moves().add(block + i, birth, to, checksums[i]);
                ledger.written(Pointer.segment(to), BlockMap.BLOCK_BYTES);
                overlay.grew(1);
            }
            // Of a lineage that has ended the store is the only one to know which versions are left.
            if (!older || !family.ended()) {
                relocate(now, block + i, to, birth, checksums[i]);
            }
        }
    }

    private void relocate(Generation now, long block, long pointer, long birth, int checksum) {
        int entry = cache.find(id, Leaf.of(block));
        int index = Leaf.index(block);
        if (entry != LeafCache.ABSENT) {
            if (cache.birth(entry, index) == birth && Pointer.hasData(cache.pointer(entry, index))) {
                cache.set(entry, index, pointer, birth, checksum);
                put(now, block, pointer, birth, checksum);
            }
            return;
        }
        Generation generation = newest(block);
        int handle = generation.resolve(block);
        if (!Generation.found(handle)) {
            put(now, block, pointer, birth | Generation.CONDITIONAL, checksum);
        } else if (generation.conditional(handle)) {
            // Of two relocations of what lies below, the older one was of a version that the newer one found replaced.
            if (generation.birth(handle) <= birth) {
                put(now, block, pointer, birth | Generation.CONDITIONAL, checksum);
            }
        } else if (generation.birth(handle) == birth && Pointer.hasData(generation.pointer(handle, block))) {
            put(now, block, pointer, birth, checksum);
        }
    }

    /** A ZERO record: the blocks read as zeros and take no space. */
    public void zero(long birth, long block, long blocks) {
        blank(birth, block, blocks, Pointer.ZERO);
    }

    /** An UNMAP record: the blocks read as zeros and take no space. */
    public void unmap(long birth, long block, long blocks) {
        blank(birth, block, blocks, Pointer.HOLE);
    }

    /** The data of that version is lost on every copy: reads answer POISON until the blocks are written again. */
    public void poison(long birth, long block, long blocks) {
        blank(birth, block, blocks, Pointer.POISON);
    }

    private void blank(long birth, long block, long blocks, long pointer) {
        if (blocks == 0) {
            return;
        }
        if (blocks >= parts.longBlank() && (family.keepsHistory() || parent() != null)) {
            parts.cut().run();
        }
        Generation now = active();
        if (blocks <= SHORT_BLANK) {
            for (int i = 0; i < blocks; i++) {
                put(now, block + i, pointer, birth, 0);
            }
        } else {
            now.spans().blank(block, block + blocks, pointer, birth);
            overlay.grew(1);
        }
        cache.blank(id, block, block + blocks, pointer, birth);
    }

    private void put(Generation now, long block, long pointer, long markedBirth, int checksum) {
        Versions versions = now.versions();
        int before = versions.size();
        int slot = versions.findOrAdd(block);
        if (versions.size() != before) {
            overlay.grew(1);
        } else if (Pointer.hasData(versions.pointer(slot))) {
            ledger.superseded(Pointer.segment(versions.pointer(slot)), BlockMap.BLOCK_BYTES);
        }
        versions.set(slot, pointer, markedBirth, checksum);
        if (Pointer.hasData(pointer)) {
            ledger.written(Pointer.segment(pointer), BlockMap.BLOCK_BYTES);
        }
    }

    private Generation active() {
        if (deleted) {
            throw new IllegalStateException("lineage " + id + " is dead");
        }
        if (!dirty) {
            dirty = true;
            active = overlay.begin(this);
        }
        return active;
    }

    // folding

    /** Whether it has facts that no part of the overlay was closed on. */
    boolean dirty() {
        return dirty;
    }

    /** What happened since the last part was closed, behind that record, to be changed no more. */
    FoldInput.Part close(long after) {
        FoldInput.Part part = new FoldInput.Part(id, active, after, family.points(), parent() != null);
        closed.add(active);
        active = Generation.EMPTY;
        dirty = false;
        return part;
    }

    /** The oldest closed part is in the store: views follow what was moved in it. */
    void folded() {
        Generation oldest = closed.remove();
        family.moved(oldest.moves());
        overlay.end(oldest);
    }

    void counted(LineageRow row) {
        counts = row;
    }

    /** Forgets everything in memory; from now on all is a hole. */
    void delete() {
        overlay.delete(this);
        family.close();
        cache.drop(id);
        active = Generation.EMPTY;
        dirty = false;
        deleted = true;
    }
}
