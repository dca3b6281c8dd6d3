package dev.sandstone.engine.recovery;

import dev.sandstone.engine.meta.MetadataStore;
import dev.sandstone.engine.space.SharedSegments;

/**
 * What a pool keeps in tables beside the block map, as the log tells it up to some LSN.
 *
 * @param volumes the volumes
 * @param snapshots the moments that people named
 * @param marks the moments that volumes can be rewound to
 * @param shared the segments whose blocks others than their owners show
 */
public record PoolTables(VolumeTable volumes, SnapshotTable snapshots, MarkTable marks, SharedSegments shared) {
    /** Reads what the store has. Blocks; call it before the loop uses the tables. */
    public static PoolTables load(MetadataStore store) {
        return new PoolTables(
                VolumeTable.load(store), SnapshotTable.load(store), MarkTable.load(store), SharedSegments.load(store));
    }
}
