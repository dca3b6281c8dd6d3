package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.store.LogStream;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes of volumes and snapshots of a shard: one at a time, each by one record.
 *
 * <p>Confined to the shard's loop, except what is said to be safe from any thread.
 */
final class Changes {
    private static final String LOG_FAILED =
            "the log has failed, see the daemon's log for the cause; the pool must be opened again";

    private final Shard shard;
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private boolean busy;

    /**
     * The record of a change.
     *
     * @param keepsData whether it keeps data from being given back: such a change may not use the reserve, which
     *     deletions need
     */
    record Written(RecordType type, long lineage, byte[] payload, boolean keepsData) {
        Written(RecordType type, long lineage, byte[] payload) {
            this(type, lineage, payload, type == RecordType.SNAP || type == RecordType.FORK);
        }
    }

    /** What a change does once its record has an LSN, and once it is durable. */
    @FunctionalInterface
    interface Effect<T extends @Nullable Object> {
        /** The record gets its LSN now, perhaps long after it was asked for: what it is to say, in as many bytes. */
        default byte[] payload(byte[] asked) {
            return asked;
        }

        default void appended() {}

        T durable(long lsn);

        /** Told in any case, last. */
        default void ended() {}
    }

    Changes(Shard shard) {
        this.shard = shard;
    }

    /**
     * Runs the change when those before it have ended. It must come to an {@link #append}, or throw why it cannot, or
     * {@link #refuse}. Safe from any thread.
     */
    <T extends @Nullable Object> CompletableFuture<T> enqueue(Consumer<CompletableFuture<T>> change) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        shard.loop().run(() -> {
            queue.add(() -> start(change, stage));
            next();
        });
        return stage;
    }

    private <T extends @Nullable Object> void start(Consumer<CompletableFuture<T>> change, CompletableFuture<T> stage) {
        if (shard.closing()) {
            busy = false;
            stage.completeExceptionally(new EngineException(EngineStatus.CLOSED, "the pool is closed"));
            return;
        }
        shard.began();
        try {
            change.accept(stage);
        } catch (EngineException refused) {
            refuse(stage, refused);
        }
    }

    private void next() {
        while (!busy && !queue.isEmpty()) {
            busy = true;
            queue.remove().run();
        }
    }

    /** The change under way ends well without a record. */
    <T extends @Nullable Object> void done(CompletableFuture<T> stage, T result) {
        busy = false;
        stage.complete(result);
        shard.ended();
        shard.loop().execute(this::next);
    }

    /** The change under way ends without a record. */
    void refuse(CompletableFuture<?> stage, EngineException why) {
        busy = false;
        stage.completeExceptionally(why);
        shard.ended();
        shard.loop().execute(this::next);
    }

    /** Writes the record of the change under way. */
    <T extends @Nullable Object> void append(Written record, CompletableFuture<T> stage, Effect<T> effect) {
        if (shard.log().failure() != null) {
            effect.ended();
            throw new EngineException(EngineStatus.IO_ERROR, LOG_FAILED);
        }
        Admission.Applicant applicant = new Admission.Applicant() {
            @Override
            void admitted(EngineStatus status) {
                if (status == EngineStatus.OK) {
                    write(record, stage, effect);
                } else {
                    ended(effect, () -> stage.completeExceptionally(refusal(status)));
                }
            }
        };
        if (record.keepsData()) {
            shard.admission().request(applicant, record.payload().length);
        } else {
            shard.admission().requestReserved(applicant, record.payload().length);
        }
    }

    private static EngineException refusal(EngineStatus status) {
        return status == EngineStatus.IO_ERROR
                ? new EngineException(status, "the block map has failed, see the daemon's log for the cause")
                : new EngineException(
                        EngineStatus.SPACE_EXHAUSTED,
                        "the pool is full to its last reserve; unmap or delete something, or try again");
    }

    private <T extends @Nullable Object> void write(Written record, CompletableFuture<T> stage, Effect<T> effect) {
        int bytes = record.payload().length;
        ByteRecord.Owner owner = new ByteRecord.Owner() {
            @Override
            public void recordDurable(long lsn) {
                T result = effect.durable(lsn);
                shard.recordDurable(lsn);
                shard.admission().left(bytes);
                ended(effect, () -> stage.complete(result));
            }

            @Override
            public void recordFailed() {
                shard.recordFailed();
                lost(bytes, stage, effect);
            }
        };
        long lsn = shard.log()
                .append(
                        LogStream.USER,
                        new ByteRecord(record.type(), record.lineage(), effect.payload(record.payload()), owner));
        if (lsn == 0) {
            lost(bytes, stage, effect);
        } else {
            effect.appended();
        }
    }

    private void lost(int bytes, CompletableFuture<?> stage, Effect<?> effect) {
        shard.admission().left(bytes);
        ended(effect, () -> stage.completeExceptionally(new EngineException(EngineStatus.IO_ERROR, LOG_FAILED)));
    }

    private void ended(Effect<?> effect, Runnable tell) {
        effect.ended();
        busy = false;
        tell.run();
        shard.ended();
        next();
    }
}
