package dev.sandstone.copy.job;

import dev.sandstone.engine.loop.ShardLoop;

/** What the copies of one loop share. Confined to that loop. */
public final class Copier {
    private final ShardLoop loop;
    private final PieceBuffers buffers = new PieceBuffers();

    public Copier(ShardLoop loop) {
        this.loop = loop;
    }

    ShardLoop loop() {
        return loop;
    }

    PieceBuffers buffers() {
        return buffers;
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
