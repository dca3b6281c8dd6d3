package dev.sandstone.engine.volume;

import dev.sandstone.engine.map.Filling;
import dev.sandstone.engine.recovery.Detachments;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one lineage independent of its parent: step by step it gets rows of its own for what it inherits, then the store is
 * flushed, then a record lets go of the parent.
 *
 * <p>A step names data where the parent has it, so the segments it will name are announced first, and none is named that the
 * cleaner is emptying; then nothing moves between the announcement and the end of the step. A full pool is no hindrance: only
 * the map's own room is needed, and waited for.
 *
 * <p>Confined to the shard's loop.
 */
final class Detachment {
    private static final Logger LOG = LoggerFactory.getLogger(Detachment.class);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long ROOM_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Shard shard;
    private final Changes changes;
    private final long lineage;
    private final Consumer<Detachment> over;
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private @Nullable Filling filling;
    private boolean started;

    /** @param over told once it is done, or has failed */
    Detachment(Shard shard, Changes changes, long lineage, Consumer<Detachment> over) {
        this.shard = shard;
        this.changes = changes;
        this.lineage = lineage;
        this.over = over;
    }

    long lineage() {
        return lineage;
    }

    /** Completes when the lineage has no parent any more, or is gone. */
    CompletableFuture<@Nullable Void> ended() {
        return ended;
    }

    int percent(long blocks) {
        Filling of = filling;
        return of == null ? 0 : of.percent(blocks);
    }

    /** Begins, when it has not yet. */
    void start() {
        if (!started) {
            started = true;
            // The store must have the lineage itself, and the moment that it was forked at.
            shard.map().fold(ok -> go(ok, this::step));
        }
    }

    private void go(boolean ok, Runnable next) {
        if (ended.isDone()) {
            return;
        }
        if (shard.closing()) {
            stop();
        } else if (ok) {
            next.run();
        } else {
            fail();
        }
    }

    private void step() {
        Filling of = filling == null ? shard.map().fillings().of(lineage) : filling;
        filling = of;
        if (of == null || shard.map().find(lineage) == null) {
            end(null);
        } else if (of.isDone()) {
            letGo();
        } else if (shard.admission().mapHasRoom()) {
            shard.map()
                    .fillings()
                    .survey(
                            of,
                            segments -> go(segments != null, () -> take(of, segments == null ? Set.of() : segments)));
        } else {
            later(ROOM_NANOS);
        }
    }

    private void take(Filling of, Set<Long> segments) {
        List<Long> announced = segments.stream().filter(shard::stays).toList();
        announced.forEach(shard.shared()::begin);
        shard.map().fillings().fill(of, Set.copyOf(announced), done -> {
            if (done != null) {
                done.segments().forEach(shard.shared()::add);
            }
            announced.forEach(shard.shared()::end);
            boolean gone = shard.map().find(lineage) == null;
            go(done != null || gone, () -> taken(gone || (done != null && done.moved())));
        });
    }

    private void taken(boolean moved) {
        if (moved) {
            step();
        } else {
            // What is in the way is being moved: where to, the store says after a fold.
            shard.map().fold(ok -> go(ok, () -> later(RETRY_NANOS)));
        }
    }

    private void later(long nanos) {
        shard.loop().schedule(() -> go(true, this::step), nanos);
    }

    /** A crash must not take back the rows and leave the record: so the store is flushed before there is one. */
    private void letGo() {
        shard.map()
                .flush(ok -> go(ok, () -> {
                    Detachments record = Detachments.of(shard.loop().wallClockMicros(), List.of(lineage), true);
                    CompletionStage<@Nullable Void> written =
                            changes.enqueue(stage -> changes.append(DetachAdmin.written(record), stage, lsn -> {
                                shard.facts().detachments(record);
                                shard.want();
                                return null;
                            }));
                    written.whenComplete((done, failure) -> go(true, () -> {
                        if (failure == null) {
                            end(null);
                        } else if (shard.map().failure() != null || shard.log().failure() != null) {
                            fail();
                        } else {
                            later(ROOM_NANOS);
                        }
                    }));
                }));
    }

    private void fail() {
        LOG.error(
                "Lineage {} was not made independent, because map or log has failed; the next opening goes on",
                lineage);
        end(new EngineException(EngineStatus.IO_ERROR, "the block map or the log has failed"));
    }

    /** Nothing more is done for now. */
    void stop() {
        end(new EngineException(EngineStatus.CLOSED, "the pool is closed; the next opening goes on"));
    }

    private void end(@Nullable EngineException why) {
        if (ended.isDone()) {
            return;
        }
        if (why == null) {
            ended.complete(null);
        } else {
            ended.completeExceptionally(why);
        }
        over.accept(this);
    }
}
