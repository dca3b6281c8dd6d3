package dev.sandstone.daemon.admin;

import dev.sandstone.copy.token.PointInTimes;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.snapshot.catalog.SnapshotEntry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what tokens name, and what is being copied, as snapshots, which the operator sees as such; a mounted snapshot keeps itself. */
public final class TokenTimes implements PointInTimes, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TokenTimes.class);

    private final TimeParts time;
    private final ChangeLock lock;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("sandstone-tokens").factory());

    public TokenTimes(TimeParts time, ChangeLock lock) {
        this.time = time;
        this.lock = lock;
    }

    @Override
    public CompletionStage<Kept> keep(VolumeId volume) {
        try {
            return CompletableFuture.supplyAsync(() -> kept(volume, null), threads);
        } catch (RejectedExecutionException closing) {
            return CompletableFuture.failedFuture(closing);
        }
    }

    /**
     * Keeps what the volume shows now, or the snapshot of that name for as long as it exists. Blocks.
     *
     * @throws RuntimeException as the names or the engine refuse it
     */
    Kept kept(VolumeId volume, @Nullable String snapshot) {
        if (snapshot != null) {
            return new Snapshot(view(time.snapshots().requireReady(volume, snapshot)), null);
        }
        Optional<SnapshotEntry> mounted = time.names().state().snapshot(new SnapshotId(volume.uuid()));
        if (mounted.isPresent()) {
            return new Snapshot(view(mounted.get()), null);
        }
        SnapshotEntry entry = lock.change(() -> time.momentary().take(volume));
        try {
            return new Snapshot(view(entry), entry);
        } catch (RuntimeException failed) {
            delete(entry);
            throw failed;
        }
    }

    private Volume view(SnapshotEntry entry) {
        return Engine.await(time.timeline().view(entry.id()));
    }

    private void delete(SnapshotEntry entry) {
        try {
            lock.change(() -> {
                time.momentary().delete(entry);
                return entry;
            });
        } catch (RuntimeException failed) {
            LOG.warn("snapshot {} stays until the array starts next, its token has ended", entry.name(), failed);
        }
    }

    /** What tokens still keep is deleted when the array starts next. */
    @Override
    public void close() {
        threads.close();
    }

    private final class Snapshot implements Kept {
        private final Volume view;
        private final @Nullable SnapshotEntry entry;

        /** @param entry what to delete in the end; null: nothing */
        Snapshot(Volume view, @Nullable SnapshotEntry entry) {
            this.view = view;
            this.entry = entry;
        }

        @Override
        public Volume view() {
            return view;
        }

        @Override
        public void letGo() {
            SnapshotEntry own = entry;
            if (own == null) {
                return;
            }
            try {
                threads.execute(() -> delete(own));
            } catch (RejectedExecutionException closing) {
                LOG.debug("snapshot {} stays until the array starts next", own.name());
            }
        }
    }
}
