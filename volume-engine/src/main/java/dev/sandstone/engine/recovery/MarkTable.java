package dev.sandstone.engine.recovery;

import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The marks of a pool as the log tells them up to some LSN.
 *
 * <p>Confined to the shard's loop, but for {@link #load}, which comes before.
 */
public final class MarkTable {
    private final Map<UUID, TreeMap<Long, MarkRow>> marks = new HashMap<>();

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
        marks.values().forEach(of -> rows.addAll(of.values()));
        return rows;
    }

    /** The marks of a volume, oldest first. */
    public List<MarkRow> of(UUID volume) {
        return List.copyOf(marks.getOrDefault(volume, new TreeMap<>()).values());
    }

    /** The newest mark of a volume; null when it has none. */
    public @Nullable MarkRow last(UUID volume) {
        TreeMap<Long, MarkRow> of = marks.get(volume);
        return of == null ? null : of.lastEntry().getValue();
    }

    /** The newest mark of a volume at or before a time; null when there is none. */
    public @Nullable MarkRow at(UUID volume, long micros) {
        for (MarkRow row :
                marks.getOrDefault(volume, new TreeMap<>()).descendingMap().values()) {
            if (row.micros() <= micros) {
                return row;
            }
        }
        return null;
    }

    /** The marks of a volume that have one behind them which is not newer than that time: no window shows them. */
    public List<MarkRow> expired(UUID volume, long micros) {
        List<MarkRow> expired = new ArrayList<>();
        MarkRow kept = at(volume, micros);
        for (MarkRow row : marks.getOrDefault(volume, new TreeMap<>()).values()) {
            if (kept == null || row.lsn() >= kept.lsn()) {
                break;
            }
            expired.add(row);
        }
        return expired;
    }

    void put(MarkRow row) {
        marks.computeIfAbsent(row.volume(), first -> new TreeMap<>()).put(row.lsn(), row);
    }

    void remove(MarkRow row) {
        TreeMap<Long, MarkRow> of = marks.get(row.volume());
        if (of != null) {
            of.remove(row.lsn());
            if (of.isEmpty()) {
                marks.remove(row.volume());
            }
        }
    }
}
