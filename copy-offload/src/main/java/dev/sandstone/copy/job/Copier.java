package dev.sandstone.copy.job;

import dev.sandstone.engine.loop.ShardLoop;

/** What the copies of one loop share. Confined to that loop. */
public final class Copier {
    /** Shared pieces of a job under way at once: enough that the log is never waited for with nothing to write. */
    private static final int SHARES_OF_A_JOB = 8;

    /** And of all jobs together; one of each is always allowed. */
    private static final int SHARES = 16;

    private final ShardLoop loop;
    private final PieceBuffers buffers = new PieceBuffers();
    private int shares;

    public Copier(ShardLoop loop) {
        this.loop = loop;
    }

    ShardLoop loop() {
        return loop;
    }

    PieceBuffers buffers() {
        return buffers;
    }

    /** Whether a job that has so many pieces under way may share one more. */
    boolean mayShare(int underWay) {
        return underWay == 0 || (underWay < SHARES_OF_A_JOB && shares < SHARES);
    }

    void sharedPieceBegins() {
        shares++;
    }

    void sharedPieceEnded() {
        shares--;
    }

    /**
     * A job that has not begun. It belongs to this loop; the volumes may belong to others.
     *
     * @param ended told once, when the job has ended and moves nothing any more
     */
    public CopyJob job(CopyPlan plan, Runnable ended) {
        return new CopyJob(this, plan, ended);
    }
}
