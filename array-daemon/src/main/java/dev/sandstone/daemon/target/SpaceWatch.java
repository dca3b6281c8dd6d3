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
 * on their units, and that of the pool, which every unit tells once when it is passed.
 */
public final class SpaceWatch implements AutoCloseable {
    /** How much of the pool may be in use before initiators are told, in percent. */
    static final int POOL_THRESHOLD_PERCENT = 85;

    private static final long PERIOD_SECONDS = 10;

    private final ArrayTarget target;
    private final Pool pool;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("space-watch").daemon().unstarted(task));
    private @Nullable ScheduledFuture<?> looks;
    private boolean poolLow;

    public SpaceWatch(ArrayTarget target, Pool pool) {
        this.target = target;
        this.pool = pool;
    }

    /** Begins to look. */
    public SpaceWatch start() {
        looks = timer.scheduleWithFixedDelay(this::look, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
        return this;
    }

    private void look() {
        pool.usage().whenComplete((usage, failed) -> {
            if (failed == null) {
                compare(usage);
            }
        });
    }

    /** Tells what the figures call for. */
    synchronized void compare(PoolUsage usage) {
        long used = usage.capacityBytes() - usage.freeBytes() - usage.garbageBytes();
        boolean low = used * 100 >= usage.capacityBytes() * POOL_THRESHOLD_PERCENT;
        boolean news = low && !poolLow;
        poolLow = low;
        for (DeviceServer server : target.servers()) {
            LogicalUnit unit = server.unit();
            if (news) {
                unit.poolRunsLow();
            }
            unit.space().ask(unit::spaceChanged);
        }
    }

    @Override
    public void close() {
        if (looks != null) {
            looks.cancel(false);
        }
        timer.shutdown();
    }
}
