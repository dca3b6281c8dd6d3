package dev.sandstone.engine.volume;

import dev.sandstone.engine.recovery.EngineCheck;
import dev.sandstone.engine.store.SegmentHeader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs the verifier while the pool works: the tables on the thread that commits, so that they stand still; then the data
 * pass by pass on a reader's thread, the cleaner held during each, so that no segment goes away, and free in between.
 */
final class PoolCheck {
    private final PoolAssembly.Opened pool;
    private final CompletableFuture<List<String>> stage;
    private final Runnable ended;

    /** @param ended run when the stage was told */
    PoolCheck(PoolAssembly.Opened pool, CompletableFuture<List<String>> stage, Runnable ended) {
        this.pool = pool;
        this.stage = stage;
        this.ended = ended;
    }

    /** On the loop. */
    void start() {
        pool.cleaner().pause(() -> pool.shard().map().fold(this::folded));
    }

    private void folded(boolean ok) {
        if (!ok) {
            end(() -> stage.completeExceptionally(pool.mapFailed()));
            return;
        }
        List<SegmentHeader> segments = List.copyOf(pool.parts().store().segments());
        long youngest =
                segments.isEmpty() ? 0 : segments.get(segments.size() - 1).id();
        EngineCheck check =
                new EngineCheck(pool.parts().metadata(), pool.parts().store(), segments, youngest);
        work(pool.parts().writer(), check::tables, () -> pass(check, 0));
    }

    private void pass(EngineCheck check, int pass) {
        if (pass == check.passes() || pool.shard().closing()) {
            end(() -> stage.complete(check.problems()));
        } else {
            work(pool.parts().readers(), () -> check.data(pass), () -> {
                pool.cleaner().resume();
                pool.cleaner().pause(() -> pass(check, pass + 1));
            });
        }
    }

    /** Works there, then goes on here. */
    private void work(Executor there, Runnable task, Runnable then) {
        try {
            there.execute(() -> {
                try {
                    task.run();
                    pool.shard().loop().execute(then);
                } catch (RuntimeException e) {
                    pool.shard().loop().execute(() -> failed(e));
                }
            });
        } catch (RejectedExecutionException e) {
            failed(e);
        }
    }

    private void failed(RuntimeException why) {
        end(() -> stage.completeExceptionally(
                new EngineException(EngineStatus.IO_ERROR, "the check could not be done: " + why, why)));
    }

    private void end(Runnable tell) {
        pool.cleaner().resume();
        tell.run();
        ended.run();
    }
}
