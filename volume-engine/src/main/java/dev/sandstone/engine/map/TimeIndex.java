package dev.sandstone.engine.map;

import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataBatch;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Rows of DEAD that come by ascending leaves, and go into a batch by ascending records, as their keys do. */
final class TimeIndex {
    private static final int FIRST_CAPACITY = 64;

    private final MetadataBatch batch;
    private final long lineage;
    private long[] deaths = {};
    private long[] leaves = {};
    private long[] absent = {};
    private long[] more = {};
    private int size;

    TimeIndex(MetadataBatch batch, long lineage) {
        this.batch = batch;
        this.lineage = lineage;
    }

    void add(long death, long leaf, long itsAbsent, long itsMore) {
        if (size == deaths.length) {
            int capacity = Math.max(FIRST_CAPACITY, 2 * size);
            deaths = Arrays.copyOf(deaths, capacity);
            leaves = Arrays.copyOf(leaves, capacity);
            absent = Arrays.copyOf(absent, capacity);
            more = Arrays.copyOf(more, capacity);
        }
        deaths[size] = death;
        leaves[size] = leaf;
        absent[size] = itsAbsent;
        more[size++] = itsMore;
    }

    /** Puts all of them. */
    void write() {
        ByteBuffer key = ByteBuffer.allocateDirect(KeySpace.HISTORY_KEY_BYTES);
        ByteBuffer value = ByteBuffer.allocateDirect(DeadRow.BYTES);
        for (long packed : order()) {
            int at = (int) packed;
            KeySpace.dead(key, lineage, deaths[at], leaves[at]);
            batch.put(Table.DEAD, key, DeadRow.encode(value, absent[at], more[at]));
        }
        size = 0;
    }

    /** Where each lies in the low half, by record and then as they came, which is by leaf. */
    private long[] order() {
        long[] order = new long[size];
        if (size == 0) {
            return order;
        }
        long oldest = Arrays.stream(deaths, 0, size).min().orElse(0);
        long youngest = Arrays.stream(deaths, 0, size).max().orElse(0);
        if (youngest - oldest <= Integer.MAX_VALUE) {
            Arrays.setAll(order, i -> ((deaths[i] - oldest) << Integer.SIZE) | i);
            Arrays.sort(order);
            return order;
        }
        // A sort of objects takes any distance.
        return IntStream.range(0, size)
                .boxed()
                .sorted((a, b) -> Long.compare(deaths[a], deaths[b]))
                .mapToLong(i -> i)
                .toArray();
    }
}
