package dev.sandstone.engine.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which segment lies in which slot, and how far each is written.
 *
 * <p>Looked up on every read, so an open-addressed table of primitives. The lowest free slot is given first: what was
 * written before is overwritten again, and its space need not be found by the file system.
 */
final class SegmentTable {
    private static final int NONE = -1;

    private final int firstOffset;
    private long[] ids = new long[64];
    private int[] slotOf = new int[64];
    private int size;
    private @Nullable SegmentHeader[] headers;
    private int[] ends;
    private final TreeSet<Integer> free = new TreeSet<>();
    /** The same once more, for the threads that read beside the loop. */
    private final ConcurrentHashMap<Long, Integer> shared = new ConcurrentHashMap<>();

    SegmentTable(int slots, int firstOffset) {
        this.firstOffset = firstOffset;
        headers = new SegmentHeader[slots];
        ends = new int[slots];
        for (int slot = 0; slot < slots; slot++) {
            free.add(slot);
        }
    }

    int slots() {
        return headers.length;
    }

    /** There are more slots now. */
    void grow(int slots) {
        int before = headers.length;
        headers = Arrays.copyOf(headers, slots);
        ends = Arrays.copyOf(ends, slots);
        for (int slot = before; slot < slots; slot++) {
            free.add(slot);
        }
    }

    @Nullable
    SegmentHeader header(int slot) {
        return headers[slot];
    }

    int freeSlots() {
        return free.size();
    }

    /** The slot of a segment; throws when there is no such segment. */
    int slot(long id) {
        int at = find(id);
        if (ids[at] != id) {
            throw new IllegalArgumentException("no segment " + id);
        }
        return slotOf[at];
    }

    /** The slot of a segment, {@value #NONE} when there is no such segment. */
    int slotIfAny(long id) {
        int at = find(id);
        return ids[at] == id ? slotOf[at] : NONE;
    }

    /** {@link #slot}, on any thread. */
    int slotAnywhere(long id) {
        int slot = slotAnywhereIfAny(id);
        if (slot == NONE) {
            throw new IllegalArgumentException("no segment " + id);
        }
        return slot;
    }

    /** {@link #slotIfAny}, on any thread. */
    int slotAnywhereIfAny(long id) {
        return shared.getOrDefault(id, NONE);
    }

    boolean contains(long id) {
        return id > 0 && ids[find(id)] == id;
    }

    /** Takes the lowest free slot, {@value #NONE} when there is none; it is not in the table before {@link #put}. */
    int take() {
        Integer slot = free.pollFirst();
        return slot == null ? NONE : slot;
    }

    /** Gives back a slot that was taken, or whose segment is no more. */
    void release(int slot) {
        free.add(slot);
    }

    /** The slot is neither free nor a segment's. */
    void hold(int slot) {
        free.remove(slot);
    }

    void put(SegmentHeader header, int slot) {
        if (2 * (size + 1) > ids.length) {
            rehash(Math.multiplyExact(ids.length, 2));
        }
        free.remove(slot);
        insert(header.id(), slot);
        headers[slot] = header;
        ends[slot] = firstOffset;
        shared.put(header.id(), slot);
    }

    /** Forgets the segment; its slot stays taken until {@link #release}. */
    int remove(long id) {
        int slot = slot(id);
        shared.remove(id);
        headers[slot] = null;
        rehash(ids.length);
        return slot;
    }

    /** Notes that bytes are written; no byte may be twice (I5). */
    void written(int slot, int from, int to) {
        if (from < ends[slot]) {
            throw new IllegalStateException(
                    "append at " + from + " of slot " + slot + ", written up to " + ends[slot] + " already");
        }
        ends[slot] = to;
    }

    Collection<SegmentHeader> headers() {
        List<SegmentHeader> all = new ArrayList<>();
        for (SegmentHeader header : headers) {
            if (header != null) {
                all.add(header);
            }
        }
        all.sort(Comparator.comparingLong(SegmentHeader::id));
        return all;
    }

    /** The largest id in the table, 0 when it is empty. */
    long largestId() {
        long largest = 0;
        for (SegmentHeader header : headers) {
            largest = header == null ? largest : Math.max(largest, header.id());
        }
        return largest;
    }

    private int find(long id) {
        int mask = ids.length - 1;
        long mixed = id * 0x9E3779B97F4A7C15L;
        int at = (int) (mixed >>> 32) & mask;
        while (ids[at] != 0 && ids[at] != id) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void insert(long id, int slot) {
        int at = find(id);
        size += ids[at] == 0 ? 1 : 0;
        ids[at] = id;
        slotOf[at] = slot;
    }

    /** Segments come and go once in 64 MiB of writes: making the table anew is cheap enough. */
    private void rehash(int length) {
        ids = new long[length];
        slotOf = new int[length];
        size = 0;
        for (int slot = 0; slot < headers.length; slot++) {
            SegmentHeader header = headers[slot];
            if (header != null) {
                insert(header.id(), slot);
            }
        }
    }
}
