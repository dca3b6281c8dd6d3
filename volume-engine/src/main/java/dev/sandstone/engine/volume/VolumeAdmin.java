package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.recovery.VolumeRow;
import dev.sandstone.engine.recovery.VolumeTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Makes, changes and deletes the volumes of a shard.
 *
 * <p>Confined to the shard's loop, except what is said to be safe from any thread.
 */
final class VolumeAdmin {
    private final Shard shard;
    private final Changes changes;
    private final VolumeTable table;
    private volatile Map<VolumeId, LogVolume> volumes = Map.of();

    VolumeAdmin(Shard shard, Changes changes, VolumeTable table) {
        this.shard = shard;
        this.changes = changes;
        this.table = table;
        for (VolumeRow row : table.rows()) {
            publish(new LogVolume(shard, row));
        }
    }

    /** The volumes in order of creation. Safe from any thread. */
    List<Volume> volumes() {
        return new ArrayList<>(volumes.values());
    }

    /** Safe from any thread. */
    @Nullable
    LogVolume volume(VolumeId id) {
        return volumes.get(id);
    }

    CompletableFuture<Volume> create(VolumeSpec spec) {
        return changes.enqueue(stage -> {
            if (table.row(spec.id().uuid()) != null) {
                throw new EngineException(EngineStatus.EXISTS, "volume " + spec.id() + " exists already");
            }
            boolean writeBack = spec.policy() == WritePolicy.WRITE_BACK;
            VolumeRow row = VolumeRow.of(spec.id().uuid(), table.takeLineage(), spec.blocks(), writeBack);
            changes.append(config(row), stage, new Changes.Effect<>() {
                @Override
                public Volume durable(long lsn) {
                    shard.facts().config(lsn, row);
                    LogVolume volume = new LogVolume(shard, row);
                    publish(volume);
                    return volume;
                }
            });
        });
    }

    CompletableFuture<@Nullable Void> resize(VolumeId id, long blocks) {
        return changes.enqueue(stage -> {
            if (!VolumeSpec.isSize(blocks)) {
                throw new EngineException(EngineStatus.OUT_OF_RANGE, blocks + " blocks cannot be a volume's size");
            }
            LogVolume volume = existing(id);
            VolumeRow old = row(id);
            VolumeRow row = old.withBlocks(blocks);
            changes.append(config(row), stage, new Changes.Effect<>() {
                // Smaller at once: no write beyond the new end may get a later LSN.
                @Override
                public void appended() {
                    volume.resized(Math.min(blocks, old.blocks()));
                }

                @Override
                public @Nullable Void durable(long lsn) {
                    shard.facts().config(lsn, row);
                    volume.resized(blocks);
                    return null;
                }
            });
        });
    }

    CompletableFuture<@Nullable Void> setWritePolicy(VolumeId id, WritePolicy policy) {
        return changes.enqueue(stage -> {
            LogVolume volume = existing(id);
            VolumeRow old = row(id);
            boolean writeBack = policy == WritePolicy.WRITE_BACK;
            VolumeRow row = old.withWriteBack(writeBack);
            changes.append(config(row), stage, new Changes.Effect<>() {
                // Stricter at once: then what was acknowledged early is durable when the record is.
                @Override
                public void appended() {
                    if (!writeBack) {
                        volume.policyChanged(policy);
                    }
                }

                @Override
                public @Nullable Void durable(long lsn) {
                    shard.facts().config(lsn, row);
                    volume.policyChanged(policy);
                    return null;
                }
            });
        });
    }

    CompletableFuture<@Nullable Void> destroy(VolumeId id) {
        return changes.enqueue(stage -> {
            LogVolume volume = existing(id);
            changes.append(deletion(row(id)), stage, new Changes.Effect<>() {
                @Override
                public void appended() {
                    volume.destroyed();
                    Map<VolumeId, LogVolume> next = new LinkedHashMap<>(volumes);
                    next.remove(id);
                    volumes = next;
                }

                @Override
                public @Nullable Void durable(long lsn) {
                    shard.facts().deletion(volume.lineage());
                    shard.want();
                    return null;
                }
            });
        });
    }

    static Changes.Written config(VolumeRow row) {
        return new Changes.Written(RecordType.CONFIG, row.lineage(), row.encode());
    }

    private static Changes.Written deletion(VolumeRow row) {
        return new Changes.Written(RecordType.LINEAGEDEL, row.lineage(), new byte[0]);
    }

    void publish(LogVolume volume) {
        Map<VolumeId, LogVolume> next = new LinkedHashMap<>(volumes);
        next.put(volume.id(), volume);
        volumes = next;
    }

    LogVolume existing(VolumeId id) {
        LogVolume volume = volumes.get(id);
        if (volume == null) {
            throw new EngineException(EngineStatus.NOT_FOUND, "there is no volume " + id);
        }
        return volume;
    }

    /** The newest record that is in the map. */
    long newestRecord() {
        return shard.map().advancedLsn();
    }

    /** What the log says of the volumes, in order of creation. */
    List<VolumeRow> rows() {
        return table.rows();
    }

    /** Null when there is none. */
    @Nullable
    VolumeRow known(VolumeId id) {
        return table.row(id.uuid());
    }

    VolumeRow row(VolumeId id) {
        VolumeRow row = known(id);
        if (row == null) {
            throw new EngineException(EngineStatus.NOT_FOUND, "there is no volume " + id);
        }
        return row;
    }
}
