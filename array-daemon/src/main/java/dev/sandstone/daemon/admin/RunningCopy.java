package dev.sandstone.daemon.admin;

import dev.sandstone.copy.job.Copier;
import dev.sandstone.copy.job.CopyEnd;
import dev.sandstone.copy.job.CopyFailure;
import dev.sandstone.copy.job.CopyJob;
import dev.sandstone.copy.job.CopyPlan;
import dev.sandstone.copy.job.Gate;
import dev.sandstone.copy.job.Segment;
import dev.sandstone.copy.token.PointInTimes.Kept;
import dev.sandstone.daemon.api.Copies;
import dev.sandstone.engine.volume.Volume;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The copy of a volume, under way or ended. Any thread may ask. */
final class RunningCopy {
    private final String source;
    private final String destination;
    private final Volume into;
    private final Kept kept;
    private final CopyJob job;
    private final Runnable ended;
    private volatile @Nullable String state;
    private volatile @Nullable String cause;

    /**
     * @param kept what is copied, let go at the end
     * @param ended told once, on the loop of the destination
     */
    RunningCopy(Copies.View names, Kept kept, Volume into, Copier copier, Runnable ended) {
        this.source = names.source();
        this.destination = names.destination();
        this.kept = kept;
        this.into = into;
        this.ended = ended;
        this.job = copier.job(plan(kept.view(), into), this::jobEnded);
    }

    /** What the source has, and zeros behind it. */
    private static CopyPlan plan(Volume from, Volume into) {
        CopyEnd destination = new CopyEnd(into, Gate.OPEN, CopyEnd.NO_DESCRIPTOR);
        List<Segment> segments = new ArrayList<>();
        segments.add(
                new Segment(new CopyEnd(from, Gate.OPEN, CopyEnd.NO_DESCRIPTOR), 0, destination, 0, from.blocks()));
        if (into.blocks() > from.blocks()) {
            segments.add(new Segment(null, 0, destination, from.blocks(), into.blocks() - from.blocks()));
        }
        return new CopyPlan(segments, null);
    }

    void start() {
        into.loop().run(job::start);
    }

    /** It ends soon, with what it has copied by then. */
    void cancel() {
        into.loop().run(job::abort);
    }

    private void jobEnded() {
        CopyFailure failure = job.failure();
        if (failure != null) {
            cause = failure.status() + ": " + failure.sense();
            state = "failed";
        } else {
            state = job.isAborted() ? "cancelled" : "done";
        }
        kept.letGo();
        ended.run();
    }

    boolean isRunning() {
        return state == null;
    }

    Copies.View view() {
        String how = state;
        return new Copies.View(
                source,
                destination,
                how == null ? "running" : how,
                job.transferred() * CopyEnd.BLOCK_BYTES,
                job.blocks() * CopyEnd.BLOCK_BYTES,
                cause);
    }
}
