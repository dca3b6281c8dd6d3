package dev.sandstone.engine.recovery;

import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The marks of a pool as the log tells them up to some LSN. There may be millions: what is asked each second costs the logarithm
 * of that.
 *
 * <p>Confined to the shard's loop, but for {@link #load}, which comes before.
 */
public final class MarkTable {
    private final Map<UUID, Marks> marks = new HashMap<>();

    /** Those of a volume. The wall clock jumps, so a mark may say an earlier time than one before it. */
    private static final class Marks {
        final TreeMap<Long, MarkRow> byLsn = new TreeMap<>();

        /** By time those that no newer one is as early as: of all up to a time the newest is the last of these. */
        final TreeMap<Long, MarkRow> newest = new TreeMap<>();

        void put(MarkRow row) {
            byLsn.put(row.lsn(), row);
            if (row.lsn() == byLsn.lastKey()) {
                index(row);
            } else {
                reindex();
            }
        }

        void remove(MarkRow row) {
            boolean oldest = !byLsn.isEmpty() && byLsn.firstKey() == row.lsn();
            MarkRow gone = byLsn.remove(row.lsn());
            if (gone != null && newest.remove(gone.micros(), gone) && !oldest) {
                reindex();
            }
        }

        private void index(MarkRow row) {
            newest.tailMap(row.micros(), true).clear();
            newest.put(row.micros(), row);
        }

        private void reindex() {
            newest.clear();
            byLsn.values().forEach(this::index);
        }
    }

    private Marks marks(UUID volume) {
        return marks.getOrDefault(volume, new Marks());
    }

    /**
     * Reads what the store has. Blocks; call it before the loop uses the table.
     *
     * @throws IllegalArgumentException saying which row is damaged
     */
    public static MarkTable load(MetadataStore store) {
        MarkTable table = new MarkTable();
        ByteBuffer end = ByteBuffer.allocateDirect(3 * Long.BYTES)
                .putLong(-1)
                .putLong(-1)
                .putLong(-1);
        try (MetadataCursor at = store.scan(Table.MARK, ByteBuffer.allocateDirect(0), end.flip())) {
            for (; at.valid(); at.next()) {
                table.put(MarkRow.decode(at.key(), at.value()));
            }
        }
        return table;
    }

    /** All marks. */
    public List<MarkRow> rows() {
        List<MarkRow> rows = new ArrayList<>();
        marks.values().forEach(of -> rows.addAll(of.byLsn.values()));
        return rows;
    }

    /** The marks of a volume, oldest first. */
    public List<MarkRow> of(UUID volume) {
        return List.copyOf(marks(volume).byLsn.values());
    }

    /** The oldest mark of a volume; null when it has none. */
    public @Nullable MarkRow first(UUID volume) {
        Map.Entry<Long, MarkRow> first = marks(volume).byLsn.firstEntry();
        return first == null ? null : first.getValue();
    }

    /** The newest mark of a volume; null when it has none. */
    public @Nullable MarkRow last(UUID volume) {
        Map.Entry<Long, MarkRow> last = marks(volume).byLsn.lastEntry();
        return last == null ? null : last.getValue();
    }

    /** The newest mark of a volume at or before a time; null when there is none. */
    public @Nullable MarkRow at(UUID volume, long micros) {
        Map.Entry<Long, MarkRow> found = marks(volume).newest.floorEntry(micros);
        return found == null ? null : found.getValue();
    }

    /** The marks of a volume that show a time from this one on, by time. */
    public Collection<MarkRow> shown(UUID volume, long micros) {
        TreeMap<Long, MarkRow> newest = marks(volume).newest;
        Long first = newest.floorKey(micros);
        return newest.tailMap(first == null ? micros : first, true).values();
    }

    /** The marks of a volume that have one behind them which is not newer than that time: no window shows them. */
    public List<MarkRow> expired(UUID volume, long micros) {
        List<MarkRow> expired = new ArrayList<>();
        MarkRow kept = at(volume, micros);
        for (MarkRow row : marks(volume).byLsn.values()) {
            if (kept == null || row.lsn() >= kept.lsn()) {
                break;
            }
            expired.add(row);
        }
        return expired;
    }

    void put(MarkRow row) {
        marks.computeIfAbsent(row.volume(), first -> new Marks()).put(row);
    }

    void remove(MarkRow row) {
        Marks of = marks.get(row.volume());
        if (of != null) {
            of.remove(row);
            if (of.byLsn.isEmpty()) {
                marks.remove(row.volume());
            }
        }
    }
}
