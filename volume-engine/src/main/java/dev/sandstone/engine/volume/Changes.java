package dev.sandstone.engine.volume;

import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.store.LogStream;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes of volumes and snapshots of a shard: one at a time, each by one record.
 *
 * <p>That cleaning lags behind is no reason to refuse what people ask for: a change that waited for room in vain begins anew,
 * and is refused as busy only in the end. Deletions that were asked for next go before it, since they make room, unless it may
 * need what they delete; all else is in the order of asking.
 *
 * <p>Confined to the shard's loop, except what is said to be safe from any thread.
 */
final class Changes {
    private static final String LOG_FAILED =
            "the log has failed, see the daemon's log for the cause; the pool must be opened again";

    /** So long a change begins anew: less than those who ask wait for an answer. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Shard shard;
    private final ArrayDeque<Asked> queue = new ArrayDeque<>();
    private @Nullable Asked underWay;
    private boolean busy;
    /** Whether the change under way has asked for its record: from then on the record's fate ends it. */
    private boolean appended;

    /**
     * A change that was asked for.
     *
     * @param releases whether it lets go of what is kept
     * @param untilNanos so long it may begin anew
     */
    private record Asked(Runnable start, boolean releases, long untilNanos) {}

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

        /** Whether it begins anew when there was no room: a mark does not, the next second has one of its own. */
        boolean patient() {
            return type != RecordType.MARK;
        }

        /** Whether no snapshot has to be there for it. */
        boolean needsNone() {
            return type != RecordType.FORK;
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
     * Runs the change when those before it have ended, and perhaps again from its beginning, as long as nothing came of it. It
     * must come to an {@link #append}, or throw why it cannot, or {@link #refuse}. Safe from any thread.
     */
    <T extends @Nullable Object> CompletableFuture<T> enqueue(Consumer<CompletableFuture<T>> change) {
        return enqueue(change, false);
    }

    /** The same for a change that lets go of what is kept: it passes those that wait for room. */
    <T extends @Nullable Object> CompletableFuture<T> release(Consumer<CompletableFuture<T>> change) {
        return enqueue(change, true);
    }

    private <T extends @Nullable Object> CompletableFuture<T> enqueue(
            Consumer<CompletableFuture<T>> change, boolean releases) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        shard.loop().run(() -> {
            long until = shard.loop().nanoTime() + PATIENCE_NANOS;
            queue.add(new Asked(() -> start(change, stage), releases, until));
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
        appended = false;
        try {
            change.accept(stage);
        } catch (RuntimeException refused) {
            // A defect too: the next change must not wait for one that never ends.
            refuse(stage, refused);
        }
    }

    private void next() {
        while (!busy && !queue.isEmpty()) {
            busy = true;
            Asked next = queue.remove();
            underWay = next;
            next.start().run();
        }
    }

    /** The change under way ends well without a record. */
    <T extends @Nullable Object> void done(CompletableFuture<T> stage, T result) {
        busy = false;
        stage.complete(result);
        shard.ended();
        shard.loop().execute(this::next);
    }

    /** The change under way ends without a record; {@code why} is thrown on when its record is on its way already. */
    void refuse(CompletableFuture<?> stage, RuntimeException why) {
        refuse(stage, why, () -> {});
    }

    /** The same; {@code release} gives back what the change holds, before anyone is told. */
    void refuse(CompletableFuture<?> stage, RuntimeException why, Runnable release) {
        if (appended) {
            throw why;
        }
        release.run();
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
        appended = true;
        Admission.Applicant applicant = new Admission.Applicant() {
            @Override
            void admitted(EngineStatus status) {
                if (status == EngineStatus.OK) {
                    write(record, stage, effect);
                } else if (status == EngineStatus.BUSY && record.patient() && again(record)) {
                    ended(effect, () -> {});
                } else {
                    ended(effect, () -> stage.completeExceptionally(refusal(status)));
                }
            }
        };
        if (record.keepsData()) {
            shard.admission().requestFirst(applicant, record.payload().length);
        } else {
            shard.admission().requestReserved(applicant, record.payload().length);
        }
    }

    /** The change under way begins anew, unless it did so for too long. */
    private boolean again(Written record) {
        Asked change = underWay;
        if (change == null || shard.loop().nanoTime() >= change.untilNanos()) {
            return false;
        }
        ArrayDeque<Asked> before = new ArrayDeque<>();
        while (record.needsNone() && !queue.isEmpty() && queue.element().releases()) {
            before.push(queue.remove());
        }
        queue.addFirst(change);
        before.forEach(queue::addFirst);
        return true;
    }

    private static EngineException refusal(EngineStatus status) {
        return new EngineException(
                status,
                switch (status) {
                    case IO_ERROR -> "the block map has failed, see the daemon's log for the cause";
                    case BUSY -> "cleaning lags behind what is written, and there is no room yet; try again";
                    default -> "the pool is full to its last reserve; unmap or delete something";
                });
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
