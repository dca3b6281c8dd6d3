package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.recovery.VolumeRow;
import dev.sandstone.engine.recovery.VolumeTable;
import dev.sandstone.engine.store.LogStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes, changes and deletes the volumes of a shard, one change at a time, each by one record.
 *
 * <p>Confined to the shard's loop, except what is said to be safe from any thread.
 */
final class VolumeAdmin {
    private static final String LOG_FAILED =
            "the log has failed, see the daemon's log for the cause; the pool must be opened again";

    private final Shard shard;
    private final VolumeTable table;
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private volatile Map<VolumeId, LogVolume> volumes = Map.of();
    private boolean busy;

    VolumeAdmin(Shard shard, VolumeTable table) {
        this.shard = shard;
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
        return enqueue(stage -> {
            if (table.row(spec.id().uuid()) != null) {
                throw new EngineException(EngineStatus.EXISTS, "volume " + spec.id() + " exists already");
            }
            boolean writeBack = spec.policy() == WritePolicy.WRITE_BACK;
            VolumeRow row = new VolumeRow(spec.id().uuid(), table.takeLineage(), spec.blocks(), writeBack);
            append(RecordType.CONFIG, row, stage, new Effect<>() {
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
        return enqueue(stage -> {
            if (!VolumeSpec.isSize(blocks)) {
                throw new EngineException(EngineStatus.OUT_OF_RANGE, blocks + " blocks cannot be a volume's size");
            }
            LogVolume volume = existing(id);
            VolumeRow old = row(id);
            VolumeRow row = new VolumeRow(old.id(), old.lineage(), blocks, old.writeBack());
            append(RecordType.CONFIG, row, stage, new Effect<>() {
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
        return enqueue(stage -> {
            LogVolume volume = existing(id);
            VolumeRow old = row(id);
            boolean writeBack = policy == WritePolicy.WRITE_BACK;
            VolumeRow row = new VolumeRow(old.id(), old.lineage(), old.blocks(), writeBack);
            append(RecordType.CONFIG, row, stage, new Effect<>() {
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
        return enqueue(stage -> {
            LogVolume volume = existing(id);
            append(RecordType.LINEAGEDEL, row(id), stage, new Effect<>() {
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

    private void publish(LogVolume volume) {
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

    private VolumeRow row(VolumeId id) {
        VolumeRow row = table.row(id.uuid());
        if (row == null) {
            throw new EngineException(EngineStatus.NOT_FOUND, "there is no volume " + id);
        }
        return row;
    }

    // one change at a time

    private <T extends @Nullable Object> CompletableFuture<T> enqueue(Consumer<CompletableFuture<T>> change) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        shard.loop().run(() -> {
            queue.add(() -> start(change, stage));
            next();
        });
        return stage;
    }

    private <T extends @Nullable Object> void start(Consumer<CompletableFuture<T>> change, CompletableFuture<T> stage) {
        try {
            if (shard.closing()) {
                throw new EngineException(EngineStatus.CLOSED, "the pool is closed");
            }
            change.accept(stage);
        } catch (EngineException refused) {
            busy = false;
            stage.completeExceptionally(refused);
        }
    }

    private void next() {
        while (!busy && !queue.isEmpty()) {
            busy = true;
            queue.remove().run();
        }
    }

    /** What a change does once its record has an LSN, and once it is durable. */
    private interface Effect<T extends @Nullable Object> {
        default void appended() {}

        T durable(long lsn);
    }

    private <T extends @Nullable Object> void append(
            RecordType type, VolumeRow row, CompletableFuture<T> stage, Effect<T> effect) {
        if (shard.log().failure() != null) {
            throw new EngineException(EngineStatus.IO_ERROR, LOG_FAILED);
        }
        shard.began();
        Admission.Applicant applicant = new Admission.Applicant() {
            @Override
            void admitted(EngineStatus status) {
                if (status == EngineStatus.OK) {
                    write(type, row, stage, effect);
                } else {
                    ended(() -> stage.completeExceptionally(new EngineException(
                            EngineStatus.SPACE_EXHAUSTED,
                            "the pool is full to its last reserve; unmap or delete something, or try again")));
                }
            }
        };
        shard.admission().requestReserved(applicant, VolumeRow.BYTES);
    }

    private <T extends @Nullable Object> void write(
            RecordType type, VolumeRow row, CompletableFuture<T> stage, Effect<T> effect) {
        long lsn = shard.log().append(LogStream.USER, new VolumeRecord(type, row, new VolumeRecord.Owner() {
            @Override
            public void recordDurable(long lsn) {
                T result = effect.durable(lsn);
                shard.recordDurable(lsn);
                shard.admission().left(VolumeRow.BYTES);
                ended(() -> stage.complete(result));
            }

            @Override
            public void recordFailed() {
                shard.recordFailed();
                lost(stage);
            }
        }));
        if (lsn == 0) {
            lost(stage);
        } else {
            effect.appended();
        }
    }

    private void lost(CompletableFuture<?> stage) {
        shard.admission().left(VolumeRow.BYTES);
        ended(() -> stage.completeExceptionally(new EngineException(EngineStatus.IO_ERROR, LOG_FAILED)));
    }

    private void ended(Runnable tell) {
        busy = false;
        tell.run();
        shard.ended();
        next();
    }
}
