package dev.sandstone.engine.recovery;

import dev.sandstone.engine.map.BlockMap;
import dev.sandstone.engine.map.BlockSpan;
import dev.sandstone.engine.map.LineageMap;
import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.Table;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What each type of record means to the map: the only way a fact gets into it.
 *
 * <p>The same methods serve a record that has just become durable and a record that recovery reads, so the state after
 * a crash is the state before it (I10). Called in LSN order, each record closed by {@link #close}. Records of lineages
 * that were deleted meanwhile mean nothing.
 *
 * <p>Confined to the shard's loop.
 */
public final class Facts {
    private final BlockMap map;
    private final VolumeTable volumes;
    private @Nullable LineageMap last;

    public Facts(BlockMap map, VolumeTable volumes) {
        this.map = map;
        this.volumes = volumes;
    }

    /** DATA: see {@link LineageMap#write}. */
    public void data(long lsn, BlockSpan span, long pointer, int[] checksums) {
        LineageMap lineage = lineage(span.lineage());
        if (lineage != null) {
            lineage.write(lsn, span.block(), span.blocks(), pointer, checksums);
        }
    }

    /** RELOC: see {@link LineageMap#relocate}. */
    public void relocation(long birth, BlockSpan span, long pointer, int[] checksums) {
        LineageMap lineage = lineage(span.lineage());
        if (lineage != null) {
            lineage.relocate(birth, span.block(), span.blocks(), pointer, checksums);
        }
    }

    /** ZERO. */
    public void zero(long lsn, BlockSpan span) {
        LineageMap lineage = lineage(span.lineage());
        if (lineage != null) {
            lineage.zero(lsn, span.block(), span.blocks());
        }
    }

    /** UNMAP. */
    public void unmap(long lsn, BlockSpan span) {
        LineageMap lineage = lineage(span.lineage());
        if (lineage != null) {
            lineage.unmap(lsn, span.block(), span.blocks());
        }
    }

    /** POISON, or blocks of a record that damage has taken. */
    public void poison(long lsn, BlockSpan span) {
        LineageMap lineage = lineage(span.lineage());
        if (lineage != null) {
            lineage.poison(lsn, span.block(), span.blocks());
        }
    }

    /** CONFIG: a volume is new or changed; what lies beyond a smaller size is dropped. */
    public void config(long lsn, VolumeRow row) {
        long next = volumes.nextLineage();
        VolumeRow old = volumes.put(row);
        if (old != null && row.mapBlocks() < old.mapBlocks()) {
            map.lineage(row.lineage()).unmap(lsn, row.mapBlocks(), old.mapBlocks() - row.mapBlocks());
        }
        map.row(Table.VOLUME, row.key(), row.encode());
        long after = Math.max(next, volumes.nextLineage());
        ByteBuffer name = KeySpace.name(VolumeTable.NEXT_LINEAGE);
        byte[] key = new byte[name.remaining()];
        name.get(key);
        map.row(Table.META, key, ByteBuffer.allocate(Long.BYTES).putLong(after).array());
    }

    /** RESERVATION: a part of what a layer above keeps with a volume. */
    public void annex(AnnexPart part) {
        if (volumes.row(part.volume()) != null) {
            volumes.annexes().put(part);
            map.row(Table.ANNEX, part.key(), part.encode());
        }
    }

    /** What layers above keep with the volumes. */
    public AnnexTable annexes() {
        return volumes.annexes();
    }

    /** LINEAGEDEL: the volume is gone. */
    public void deletion(long lineage) {
        VolumeRow row = volumes.remove(lineage);
        if (row != null) {
            map.row(Table.VOLUME, row.key(), null);
            volumes.annexes().remove(row.id()).forEach(key -> map.row(Table.ANNEX, key, null));
            map.destroy(lineage);
            last = null;
        }
    }

    /** All facts of the record were given. */
    public void close(long lsn) {
        map.advance(lsn);
    }

    private @Nullable LineageMap lineage(long id) {
        LineageMap cached = last;
        if (cached != null && cached.id() == id) {
            return cached;
        }
        if (volumes.row(id) == null) {
            return null;
        }
        last = map.lineage(id);
        return last;
    }
}
