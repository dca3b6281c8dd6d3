package dev.sandstone.engine.recovery;

import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.tree.SortedTree;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of a pool as the log tells them up to some LSN. One more or less costs the logarithm of how many there are.
 *
 * <p>Confined to the shard's loop, but for {@link #load}, which comes before.
 */
public final class SnapshotTable {
    /** By age; one record takes several, so the id parts them. */
    private static final Comparator<SnapshotRow> BY_AGE =
            Comparator.comparingLong(SnapshotRow::lsn).thenComparing(SnapshotRow::id);

    private final Map<UUID, TreeSet<SnapshotRow>> byVolume = new HashMap<>();
    private State state = new State(SortedTree.empty(Comparator.<UUID>naturalOrder()), SortedTree.empty(BY_AGE));

    /**
     * All snapshots at one moment. Immutable: for any thread.
     *
     * @param byId each under its id
     * @param byAge oldest first, each under itself
     */
    public record State(SortedTree<UUID, SnapshotRow> byId, SortedTree<SnapshotRow, SnapshotRow> byAge) {}

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

    /** What there is now. */
    public State state() {
        return state;
    }

    /** The snapshots, oldest first. */
    public List<SnapshotRow> rows() {
        return state.byAge().values();
    }

    /** The snapshots of a volume, oldest first. */
    public List<SnapshotRow> of(UUID volume) {
        return List.copyOf(byVolume.getOrDefault(volume, new TreeSet<>(BY_AGE)));
    }

    public @Nullable SnapshotRow row(UUID id) {
        return state.byId().get(id);
    }

    void put(SnapshotRow row) {
        remove(row.id());
        state = new State(state.byId().with(row.id(), row), state.byAge().with(row, row));
        byVolume.computeIfAbsent(row.volume(), first -> new TreeSet<>(BY_AGE)).add(row);
    }

    @Nullable
    SnapshotRow remove(UUID id) {
        SnapshotRow row = row(id);
        if (row != null) {
            state = new State(state.byId().without(id), state.byAge().without(row));
            byVolume.computeIfPresent(row.volume(), (volume, of) -> of.remove(row) && of.isEmpty() ? null : of);
        }
        return row;
    }
}
