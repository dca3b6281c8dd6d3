package dev.sandstone.engine.recovery;

import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of a pool as the log tells them up to some LSN.
 *
 * <p>Confined to the shard's loop, but for {@link #load}, which comes before.
 */
public final class SnapshotTable {
    private final Map<UUID, SnapshotRow> rows = new HashMap<>();

    /**
     * Reads what the store has. Blocks; call it before the loop uses the table.
     *
     * @throws IllegalArgumentException saying which row is damaged
     */
    public static SnapshotTable load(MetadataStore store) {
        SnapshotTable table = new SnapshotTable();
        ByteBuffer end = ByteBuffer.allocateDirect(3 * Long.BYTES)
                .putLong(-1)
                .putLong(-1)
                .putLong(-1);
        try (MetadataCursor at = store.scan(Table.SNAPSHOT, ByteBuffer.allocateDirect(0), end.flip())) {
            for (; at.valid(); at.next()) {
                table.put(SnapshotRow.decode(at.key(), at.value()));
            }
        }
        return table;
    }

    /** The snapshots, oldest first. */
    public List<SnapshotRow> rows() {
        List<SnapshotRow> sorted = new ArrayList<>(rows.values());
        sorted.sort(Comparator.comparingLong(SnapshotRow::lsn).thenComparing(SnapshotRow::id));
        return sorted;
    }

    public @Nullable SnapshotRow row(UUID id) {
        return rows.get(id);
    }

    void put(SnapshotRow row) {
        rows.put(row.id(), row);
    }

    @Nullable
    SnapshotRow remove(UUID id) {
        return rows.remove(id);
    }
}
