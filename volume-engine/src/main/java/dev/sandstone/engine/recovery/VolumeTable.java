package dev.sandstone.engine.recovery;

import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of a pool as the log tells them up to some LSN.
 *
 * <p>Confined to the shard's loop, but for {@link #load}, which comes before.
 */
public final class VolumeTable {
    /** META row: the lineage that the next volume gets; lineages are never used twice. */
    static final String NEXT_LINEAGE = "next-lineage";

    private static final int UUID_BYTES = 16;

    private final TreeMap<Long, VolumeRow> byFirst = new TreeMap<>();
    private final Map<Long, VolumeRow> byLineage = new HashMap<>();
    private final Map<UUID, VolumeRow> byId = new HashMap<>();
    private AnnexTable annexes = new AnnexTable();
    private long nextLineage = 1;

    /**
     * Reads what the store has. Blocks; call it before the loop uses the table.
     *
     * @throws IllegalArgumentException saying which row is damaged
     */
    public static VolumeTable load(MetadataStore store) {
        VolumeTable table = new VolumeTable();
        byte[] end = new byte[UUID_BYTES + 1];
        Arrays.fill(end, (byte) 0xFF);
        try (MetadataCursor rows = store.scan(Table.VOLUME, direct(new byte[0]), direct(end))) {
            for (; rows.valid(); rows.next()) {
                table.put(VolumeRow.decode(rows.value()));
            }
        }
        table.annexes = AnnexTable.load(store);
        ByteBuffer next = store.get(Table.META, KeySpace.name(NEXT_LINEAGE));
        if (next != null) {
            if (next.remaining() != Long.BYTES) {
                throw new IllegalArgumentException("row " + NEXT_LINEAGE + " has " + next.remaining() + " bytes");
            }
            table.nextLineage = Math.max(table.nextLineage, next.getLong(next.position()));
        }
        return table;
    }

    /** What layers above keep with the volumes. */
    public AnnexTable annexes() {
        return annexes;
    }

    /** The volumes in order of creation. */
    public List<VolumeRow> rows() {
        return new ArrayList<>(byFirst.values());
    }

    public @Nullable VolumeRow row(UUID id) {
        return byId.get(id);
    }

    /** The volume whose head the lineage is; null when there is none any more. */
    public @Nullable VolumeRow row(long lineage) {
        return byLineage.get(lineage);
    }

    /** The lineage that the next volume gets. */
    public long nextLineage() {
        return nextLineage;
    }

    /** Takes a lineage for a volume under way, so that no other gets it. */
    public long takeLineage() {
        return nextLineage++;
    }

    /** @return the row it replaces */
    @Nullable
    VolumeRow put(VolumeRow row) {
        nextLineage = Math.max(nextLineage, row.lineage() + 1);
        byFirst.put(row.first(), row);
        VolumeRow old = byId.put(row.id(), row);
        if (old != null) {
            byLineage.remove(old.lineage());
        }
        byLineage.put(row.lineage(), row);
        return old;
    }

    @Nullable
    VolumeRow remove(long lineage) {
        VolumeRow row = byLineage.remove(lineage);
        if (row != null) {
            byId.remove(row.id());
            byFirst.remove(row.first());
        }
        return row;
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
