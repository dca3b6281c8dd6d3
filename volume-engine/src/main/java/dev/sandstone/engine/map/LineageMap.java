package dev.sandstone.engine.map;

import dev.sandstone.engine.log.Pointer;
import dev.sandstone.engine.space.SpaceLedger;

/**
 * The block map of one lineage (one write history).
 *
 * <p>Confined to the shard's loop. Blocks are 4 KiB. Facts are given in LSN order, only when their record is durable,
 * each record closed by {@link BlockMap#advance}.
 *
 * <p>A fact goes into the overlay, and into its leaf where that is cached; so a cached leaf alone answers a lookup.
 */
public final class LineageMap {
    /** Blank ranges up to this length are kept block by block. */
    private static final int SHORT_BLANK = 8;

    private final long id;
    private final LeafCache cache;
    private final LeafLoader loader;
    private final Overlay overlay;
    private final SpaceLedger ledger;
    private Generation active = Generation.EMPTY;
    private Generation frozen = Generation.EMPTY;
    private long mapped;
    private boolean deleted;
    /** Whether the overlay knows that the active part has facts. */
    private boolean dirty;

    LineageMap(long id, long mapped, MapParts parts) {
        this.id = id;
        this.mapped = mapped;
        cache = parts.cache();
        loader = parts.loader();
        overlay = parts.overlay();
        ledger = parts.ledger();
    }

    /** The lineage's id, never used for another. */
    public long id() {
        return id;
    }

    /** Blocks that hold data, as of the last fold. */
    public long mappedBlocks() {
        return mapped;
    }

    // questions

    /**
     * Fills the slice with the newest version of each block, all of one moment, when memory has the answer.
     *
     * @return false when it has not; then {@link #load} and ask again
     */
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
            Generation generation = active;
            int handle = active.resolve(block + i);
            if (!Generation.found(handle)) {
                generation = frozen;
                handle = frozen.resolve(block + i);
            }
            if (!Generation.found(handle) || generation.conditional(handle)) {
                return false;
            }
            slice.set(at + i, generation.pointer(handle), generation.birth(handle), generation.checksum(handle));
        }
        return true;
    }

    /** Brings into memory what a lookup of this range needs. */
    public void load(long block, int blocks, Loaded done) {
        loader.load(this, Leaf.of(block), Leaf.of(block + blocks - 1), done);
    }

    /** A leaf as the head table had it becomes what the newest facts make of it. */
    void bringUpToDate(long leaf, Leaf image) {
        image.overlay(leaf, frozen);
        image.overlay(leaf, active);
    }

    boolean deleted() {
        return deleted;
    }

    // facts

    /**
     * A DATA record: the blocks lie one after the other from the pointer on.
     *
     * @param birth the record's LSN
     * @param checksums CRC32C of each block from index 0 on; copied
     */
    public void write(long birth, long block, int blocks, long pointer, int[] checksums) {
        Generation now = active();
        for (int i = 0; i < blocks; i++) {
            put(now, block + i, Pointer.plus(pointer, i), birth, checksums[i]);
        }
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
     * A RELOC record: blocks whose newest version still is that of {@code birth} now lie at the pointer; others keep
     * what they have. The birth stays.
     */
    public void relocate(long birth, long block, int blocks, long pointer, int[] checksums) {
        Generation now = active();
        for (int i = 0; i < blocks; i++) {
            relocate(now, block + i, Pointer.plus(pointer, i), birth, checksums[i]);
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
        Generation generation = now;
        int handle = now.resolve(block);
        if (!Generation.found(handle)) {
            generation = frozen;
            handle = frozen.resolve(block);
        }
        if (!Generation.found(handle)) {
            put(now, block, pointer, birth | Generation.CONDITIONAL, checksum);
        } else if (generation.conditional(handle)) {
            // Of two relocations of what lies below, the older one was of a version that the newer one found replaced.
            if (generation.birth(handle) <= birth) {
                put(now, block, pointer, birth | Generation.CONDITIONAL, checksum);
            }
        } else if (generation.birth(handle) == birth && Pointer.hasData(generation.pointer(handle))) {
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
        Generation now = active();
        if (blocks <= SHORT_BLANK) {
            for (int i = 0; i < blocks; i++) {
                put(now, block + i, pointer, birth, 0);
            }
        } else {
            now.blanks().cover(block, block + blocks, pointer, birth);
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
            throw new IllegalStateException("lineage " + id + " is deleted");
        }
        if (!dirty) {
            dirty = true;
            active = overlay.begin(this);
        }
        return active;
    }

    // folding

    /** What happened since the last fold, to be changed no more. */
    Generation freeze() {
        frozen = active;
        active = Generation.EMPTY;
        dirty = false;
        return frozen;
    }

    /** What was frozen is in the store. */
    void folded() {
        overlay.end(frozen);
        frozen = Generation.EMPTY;
    }

    void mapped(long blocks) {
        mapped = blocks;
    }

    /** Forgets everything in memory; from now on all is a hole. */
    void delete() {
        overlay.delete(this);
        cache.drop(id);
        active = Generation.EMPTY;
        dirty = false;
        deleted = true;
    }

    /** Told on the loop when a load has ended. */
    @FunctionalInterface
    public interface Loaded {
        /** @param ok false when the metadata store failed, see {@link BlockMap#failure()} */
        void loaded(boolean ok);
    }
}
