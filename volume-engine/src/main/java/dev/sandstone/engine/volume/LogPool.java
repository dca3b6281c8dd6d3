package dev.sandstone.engine.volume;

import dev.sandstone.engine.cache.CacheFigures;
import dev.sandstone.engine.cleaner.Cleaner;
import dev.sandstone.engine.recovery.Recovery;
import dev.sandstone.engine.space.SpaceFigures;
import dev.sandstone.engine.store.StoreException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A pool of one shard, on parts that were put together by {@link PoolAssembly}. */
public final class LogPool implements Pool {
    private final PoolAssembly.Opened opened;
    private final Shard shard;
    private final VolumeAdmin admin;
    private final Cleaner cleaner;
    private final Runnable release;
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final AtomicBoolean released = new AtomicBoolean();
    private final ArrayDeque<PoolCheck> checks = new ArrayDeque<>();
    private boolean ending;

    private LogPool(PoolAssembly.Opened opened, Runnable release) {
        this.release = release;
        this.opened = opened;
        shard = opened.shard();
        admin = opened.admin();
        cleaner = opened.cleaner();
    }

    /**
     * Recovers what the parts hold and opens a pool on it. Blocks, unless called on the loop, where all that is waited
     * for must end by itself.
     *
     * @param release run at the end of {@link #close}, for the parts
     * @throws StoreException when the store fails or is damaged beyond single blocks
     */
    public static LogPool open(PoolParts parts, Runnable release) throws StoreException {
        PoolAssembly assembly = new PoolAssembly(parts);
        Recovery.Result found = assembly.recover();
        CompletableFuture<LogPool> pool = new CompletableFuture<>();
        parts.loop().run(() -> {
            try {
                pool.complete(new LogPool(assembly.open(found), release));
            } catch (RuntimeException e) {
                pool.completeExceptionally(e);
            }
        });
        return pool.join();
    }

    @Override
    public List<Volume> volumes() {
        return admin.volumes();
    }

    @Override
    public Optional<Volume> volume(VolumeId id) {
        return Optional.ofNullable(admin.volume(id));
    }

    @Override
    public CompletionStage<Volume> create(VolumeSpec spec) {
        return admin.create(spec);
    }

    @Override
    public CompletionStage<Void> destroy(VolumeId id) {
        return plain(admin.destroy(id));
    }

    @Override
    public CompletionStage<Void> resize(VolumeId id, long blocks) {
        return plain(admin.resize(id, blocks));
    }

    @Override
    public CompletionStage<Void> setWritePolicy(VolumeId id, WritePolicy policy) {
        return plain(admin.setWritePolicy(id, policy));
    }

    /** The only value of a Void is null, and the contract does not care to say so. */
    @SuppressWarnings("unchecked")
    static CompletionStage<Void> plain(CompletableFuture<@Nullable Void> stage) {
        return (CompletionStage<Void>) (CompletionStage<?>) stage;
    }

    @Override
    public Timeline timeline() {
        return opened.timeline();
    }

    @Override
    public CompletionStage<VolumeUsage> usage(VolumeId id) {
        return opened.timeline().usage(id);
    }

    @Override
    public CompletionStage<PoolUsage> usage() {
        return folded(() -> {
            SpaceFigures figures = opened.figures();
            return new PoolUsage(
                    figures.capacity(),
                    figures.live(),
                    figures.garbage(),
                    figures.free(),
                    figures.reserve(),
                    figures.metadata());
        });
    }

    @Override
    public PoolTraffic traffic() {
        return opened.traffic();
    }

    @Override
    public CacheFigures readCache() {
        return opened.parts().cache().figures();
    }

    @Override
    public PoolDisks disks() {
        return opened.disks();
    }

    /** What a question about the map is answered with, once everything so far is in it. */
    private interface Answer<T> {
        T get();
    }

    private <T> CompletableFuture<T> folded(Answer<T> answer) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        shard.loop().run(() -> {
            if (refusedAsClosed(stage)) {
                return;
            }
            shard.map().fold(ok -> {
                try {
                    if (!ok) {
                        throw opened.mapFailed();
                    }
                    stage.complete(answer.get());
                } catch (RuntimeException refused) {
                    stage.completeExceptionally(refused);
                }
            });
        });
        return stage;
    }

    @Override
    public CompletionStage<List<String>> check(CheckProgress progress) {
        CompletableFuture<List<String>> stage = new CompletableFuture<>();
        shard.loop().run(() -> {
            if (!refusedAsClosed(stage)) {
                shard.began();
                checks.add(new PoolCheck(opened, stage, progress, this::checked));
                if (checks.size() == 1) {
                    checks.element().start();
                }
            }
        });
        return stage;
    }

    /** One after the other: each holds the cleaner. */
    private void checked() {
        checks.remove();
        PoolCheck next = checks.peek();
        if (next != null) {
            next.start();
        }
        shard.ended();
    }

    private boolean refusedAsClosed(CompletableFuture<?> stage) {
        return shard.closing()
                && stage.completeExceptionally(new EngineException(EngineStatus.CLOSED, "the pool is closed"));
    }

    /**
     * Completes what is under way and makes everything durable; the parts may be closed after it. Any thread; may be
     * asked for more than once.
     */
    public CompletionStage<@Nullable Void> shutDown() {
        shard.loop().run(() -> {
            if (!ending) {
                ending = true;
                opened.timeline().stop();
                end();
            }
        });
        return ended;
    }

    private void end() {
        shard.close(() -> opened.stopUpkeep(() -> cleaner.pause(() ->
                shard.log().close(() -> shard.map().flush(ok -> shard.map().close(() -> ended.complete(null)))))));
    }

    @Override
    public void close() {
        if (shard.loop().inLoop()) {
            throw new IllegalStateException("a pool is not closed on its loop, which it needs to end");
        }
        shutDown().toCompletableFuture().join();
        if (released.compareAndSet(false, true)) {
            release.run();
        }
    }
}
