package dev.sandstone.daemon.target;

import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.PoolUsage;
import dev.sandstone.scsi.device.DeviceServer;
import dev.sandstone.scsi.unit.LogicalUnit;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the pool from time to time, so that initiators hear of soft thresholds before writes fail: those that they have set
 * on their units, and that of the pool, which every unit tells once when it is passed. It looks the more often the sooner the
 * fastest writers could come to the threshold.
 */
public final class SpaceWatch implements AutoCloseable {
    /** How much of the pool may be in use before initiators are told, in percent. */
    static final int POOL_THRESHOLD_PERCENT = 85;

    private static final long LONGEST_SECONDS = 10;
    private static final long SHORTEST_SECONDS = 1;

    /** What the fastest writers are taken to fill in a second. */
    private static final long FASTEST_BYTES = 1L << 30;

    private final ArrayTarget target;
    private final Pool pool;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("space-watch").daemon().unstarted(task));
    private @Nullable ScheduledFuture<?> next;
    private boolean poolLow;
    private boolean closed;

    public SpaceWatch(ArrayTarget target, Pool pool) {
        this.target = target;
        this.pool = pool;
    }

    /** Begins to look. */
    public SpaceWatch start() {
        lookIn(SHORTEST_SECONDS);
        return this;
    }

    private synchronized void lookIn(long seconds) {
        if (!closed) {
            next = timer.schedule(this::look, seconds, TimeUnit.SECONDS);
        }
    }

    private void look() {
        pool.usage().whenComplete((usage, failed) -> lookIn(failed == null ? compare(usage) : LONGEST_SECONDS));
    }

    /** Tells what the figures call for; answers in how many seconds to look again. */
    synchronized long compare(PoolUsage usage) {
        long used = usage.capacityBytes() - usage.freeBytes() - usage.garbageBytes();
        long left = usage.capacityBytes() / 100 * POOL_THRESHOLD_PERCENT - used;
        boolean news = left <= 0 && !poolLow;
        poolLow = left <= 0;
        for (DeviceServer server : target.servers()) {
            LogicalUnit unit = server.unit();
            if (news) {
                unit.poolRunsLow();
            }
            unit.compareSpace();
        }
        return poolLow ? LONGEST_SECONDS : Math.clamp(left / FASTEST_BYTES, SHORTEST_SECONDS, LONGEST_SECONDS);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel(false);
        }
        timer.shutdown();
    }
}
