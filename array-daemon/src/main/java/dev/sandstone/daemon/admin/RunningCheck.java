package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.Pools;
import dev.sandstone.engine.volume.CheckProgress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A check of the pool, under way or ended. Any thread. */
final class RunningCheck implements CheckProgress {
    private final UnaryOperator<List<String>> whole;
    private long done;
    private long segments;
    private @Nullable List<String> found;
    private @Nullable List<String> all;
    private @Nullable String cause;

    /** @param whole what is told of what the pool found: asked once, by whom is told of the end; may block */
    RunningCheck(UnaryOperator<List<String>> whole) {
        this.whole = whole;
    }

    void follow(CompletionStage<List<String>> check) {
        check.whenComplete(this::ended);
    }

    @Override
    public synchronized void seen(long ofThem, long ofAll) {
        done = ofThem;
        segments = ofAll;
    }

    private synchronized void ended(@Nullable List<String> findings, @Nullable Throwable failure) {
        found = findings;
        cause = failure == null ? null : String.valueOf(failure.getMessage());
    }

    synchronized boolean hasEnded() {
        return found != null || cause != null;
    }

    synchronized Pools.Check view() {
        if (cause != null) {
            return new Pools.Check("failed", done, segments, false, List.of(), cause);
        }
        if (found == null) {
            return new Pools.Check("running", done, segments, false, List.of(), null);
        }
        if (all == null) {
            all = List.copyOf(whole.apply(found));
        }
        return new Pools.Check("done", done, segments, all.isEmpty(), all, null);
    }
}
