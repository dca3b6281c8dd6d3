package dev.sandstone.engine.volume;

import dev.sandstone.engine.recovery.EngineCheck;
import dev.sandstone.engine.store.SegmentHeader;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs the verifier while the pool works: the tables on the thread that commits, so that they stand still, and with the
 * cleaner at rest; then the data, segment by segment, on a reader's thread. The pool cleans meanwhile and may be full: it
 * only gives no segment back while one is looked at.
 */
final class PoolCheck {
    private final PoolAssembly.Opened pool;
    private final CompletableFuture<List<String>> stage;
    private final CheckProgress progress;
    private final Runnable ended;

    /** @param ended run when the stage was told */
    PoolCheck(PoolAssembly.Opened pool, CompletableFuture<List<String>> stage, CheckProgress progress, Runnable ended) {
        this.pool = pool;
        this.stage = stage;
        this.progress = progress;
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
        progress.seen(0, check.segments());
        work(pool.parts().writer(), check::tables, () -> {
            pool.cleaner().resume();
            pass(check, 0);
        });
    }

    private void pass(EngineCheck check, int pass) {
        if (pass == check.passes() || pool.shard().closing()) {
            end(() -> {
                progress.seen(check.segments(), check.segments());
                stage.complete(check.problems());
            });
            return;
        }
        work(
                pool.parts().readers(),
                () -> check.gather(pass),
                () -> segments(check, pass, check.gathered().iterator()));
    }

    private void segments(EngineCheck check, int pass, Iterator<Long> left) {
        while (left.hasNext() && !pool.shard().closing()) {
            long id = left.next();
            if (pool.cleaner().keep(id)) {
                work(pool.parts().readers(), () -> check.segment(id), () -> {
                    pool.cleaner().letGo();
                    progress.seen(check.indexOf(id) + 1, check.segments());
                    segments(check, pass, left);
                });
                return;
            }
            pool.cleaner().letGo();
        }
        work(pool.parts().readers(), check::settle, () -> pass(check, pass + 1));
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
        pool.cleaner().letGo();
        pool.cleaner().resume();
        tell.run();
        ended.run();
    }
}
