package dev.sandstone.engine.volume;

import dev.sandstone.engine.meta.KeySpace;
import dev.sandstone.engine.meta.MetadataBatch;
import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.store.SegmentStore;
import java.nio.ByteBuffer;
import java.util.UUID;

/** Makes sure that a map and a log belong together. */
final class PoolIdentity {
    private static final String ROW = "pool";
    private static final int BYTES = 16;

    private PoolIdentity() {}

    /**
     * Compares the pool that the metadata names with that of the store; a new metadata store is marked as this pool's.
     *
     * @throws EngineException when they differ
     */
    static void check(MetadataStore metadata, SegmentStore store) {
        UUID pool = store.superblock().pool();
        ByteBuffer row = metadata.get(Table.META, KeySpace.name(ROW));
        if (row == null && metadata.appliedLsn() == 0) {
            mark(metadata, pool);
        } else if (row == null || row.remaining() != BYTES) {
            throw new EngineException(
                    EngineStatus.IO_ERROR, "the metadata does not say which pool it belongs to: its files are damaged");
        } else {
            UUID named = new UUID(row.getLong(row.position()), row.getLong(row.position() + 8));
            if (!named.equals(pool)) {
                throw new EngineException(
                        EngineStatus.IO_ERROR,
                        "the metadata belongs to pool " + named + ", the disk to pool " + pool
                                + ": use the folders that belong together");
            }
        }
    }

    private static void mark(MetadataStore metadata, UUID pool) {
        MetadataBatch batch = new MetadataBatch();
        batch.lsn(0);
        ByteBuffer value = ByteBuffer.allocateDirect(BYTES)
                .putLong(pool.getMostSignificantBits())
                .putLong(pool.getLeastSignificantBits())
                .flip();
        batch.put(Table.META, KeySpace.name(ROW), value);
        metadata.commit(batch);
        metadata.flush();
    }
}
