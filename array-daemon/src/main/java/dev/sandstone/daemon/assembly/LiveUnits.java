package dev.sandstone.daemon.assembly;

import dev.sandstone.daemon.catalog.VolumeEntry;
import dev.sandstone.daemon.target.UnitVolumes;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Volume;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is behind each unit in the open pool. */
final class LiveUnits implements UnitVolumes {
    private static final Logger LOG = LoggerFactory.getLogger(LiveUnits.class);
    private static final long WAIT_SECONDS = 60;

    private final Pool pool;

    LiveUnits(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Optional<Volume> of(VolumeEntry unit) {
        return unit.isMount() ? view(unit) : pool.volume(unit.id());
    }

    private Optional<Volume> view(VolumeEntry unit) {
        try {
            return Optional.of(pool.timeline()
                    .view(new SnapshotId(unit.uuid()))
                    .toCompletableFuture()
                    .get(WAIT_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException failed) {
            LOG.error("snapshot {} cannot be shown to initiators", unit.name(), failed);
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("threads are not interrupted here", interrupted);
        }
    }
}
