package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.Pools;
import dev.sandstone.engine.volume.Pool;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The check of the pool: in the background and one at a time, because it reads all data and takes as long as the disks
 * need for that. Any thread.
 */
public final class CheckAdmin {
    private final Pool pool;
    private final Reconciliation reconciliation;
    private @Nullable RunningCheck last;

    public CheckAdmin(Pool pool, Reconciliation reconciliation) {
        this.pool = pool;
        this.reconciliation = reconciliation;
    }

    /** Begins to verify every invariant of the engine, and that catalog and engine agree, unless that is under way. */
    public synchronized Pools.Check start() {
        RunningCheck running = last;
        if (running == null || running.hasEnded()) {
            running = new RunningCheck(reconciliation::withDifferences);
            last = running;
            running.follow(pool.check(running));
        }
        return running.view();
    }

    /** How far the check is, or what the last one found. */
    public synchronized Pools.Check status() {
        return last == null ? new Pools.Check("idle", 0, 0, false, List.of(), null) : last.view();
    }
}
