package dev.sandstone.engine.volume;

import dev.sandstone.engine.cleaner.Cleaner;
import dev.sandstone.engine.cleaner.Pace;
import dev.sandstone.engine.cleaner.Rebuilder;
import dev.sandstone.engine.cleaner.Scrubber;
import dev.sandstone.engine.cleaner.SegmentTable;
import dev.sandstone.engine.space.SpaceGovernor;
import dev.sandstone.engine.store.MirrorAdmin;
import dev.sandstone.engine.store.MirrorStore;
import dev.sandstone.engine.store.MirrorWatch;
import dev.sandstone.engine.store.StoreException;
import java.util.ArrayDeque;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a pool and its disks in step: slots that come and go, segments that lack copies, files that are not what they were,
 * disks that come back, damage that calls for a scrub.
 *
 * <p>Confined to the shard's loop.
 */
final class DiskUpkeep {
    private static final Logger LOG = LoggerFactory.getLogger(DiskUpkeep.class);
    private static final long CLOCK_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** So much damage found by reads is a reason to look at everything. */
    private static final int DAMAGES_TO_SCRUB = 16;

    private final Pool pool;
    private final PoolParts parts;
    private final MirrorStore mirror;
    private final MirrorAdmin admin;
    private final Rebuilder rebuilder;
    private final Scrubber scrubber;
    private boolean queued;
    private boolean looking;
    private boolean stopped;
    private int damages;

    /** What of a pool depends on its disks. */
    record Pool(SegmentTable segments, SpaceGovernor governor, Cleaner cleaner, Shard shard) {}

    private DiskUpkeep(PoolParts parts, MirrorStore mirror, Pool pool) {
        this.pool = pool;
        this.parts = parts;
        this.mirror = mirror;
        admin = mirror.admin();
        Pace pace = new Pace(parts.loop(), pool.shard()::busy);
        PoolTools tools = parts.tools();
        rebuilder = new Rebuilder(new Rebuilder.Parts(
                parts.loop(),
                mirror,
                tools.executor(),
                pool.segments()::isComplete,
                segment -> pool.cleaner().keeps(segment) || isScrubbed(segment),
                () -> pool.segments()
                        .canSpareSlot(pool.governor().tickets(), pool.governor().reserveBytes()),
                pace));
        Pace slow = new Pace(parts.loop(), pool.shard()::busy);
        scrubber = new Scrubber(
                new Scrubber.Parts(
                        parts.loop(), mirror, tools.executor(), pool.segments()::isComplete, slow, tools.memory()),
                tools.memory().load());
    }

    /** Begins, for a pool that works from here on; null when it has no disks to look after. */
    static @Nullable DiskUpkeep begin(PoolParts parts, Pool pool) {
        if (!(parts.store() instanceof MirrorStore mirror)) {
            return null;
        }
        DiskUpkeep upkeep = new DiskUpkeep(parts, mirror, pool);
        upkeep.start();
        return upkeep;
    }

    MirrorAdmin admin() {
        return admin;
    }

    Rebuilder rebuilder() {
        return rebuilder;
    }

    Scrubber scrubber() {
        return scrubber;
    }

    private boolean isScrubbed(long segment) {
        return scrubber.isAt(segment);
    }

    /** Whether copies move, or are about to, so that more fits than now. */
    boolean makesRoom() {
        return rebuilder.makesRoom();
    }

    private void start() {
        mirror.onChange(this::changed);
        mirror.onDamage(this::damaged);
        changed();
        new ArrayDeque<>(admin.stale()).forEach(this::takeBack);
        scrubber.open();
        clock();
    }

    /** Lets the work under way end, then runs the task. */
    void stop(Runnable then) {
        stopped = true;
        scrubber.stop(() -> rebuilder.stop(then));
    }

    private void clock() {
        if (!stopped) {
            mirror.settle();
            look();
            parts.loop().schedule(this::clock, CLOCK_NANOS);
        }
    }

    private void changed() {
        pool.segments().resized(mirror.slots());
        if (!queued) {
            queued = true;
            parts.loop().execute(this::follow);
        }
    }

    /** What follows from a change is not done inside it. */
    private void follow() {
        queued = false;
        if (!stopped) {
            pool.shard().log().leaveImpaired();
            pool.governor().supplied();
            pool.cleaner().poke();
            rebuilder.poke();
        }
    }

    private void damaged() {
        damages++;
        look();
    }

    /** Looks after the files of the disks, soon. */
    void look() {
        if (looking || stopped) {
            return;
        }
        MirrorWatch.Look look = admin.watch().look();
        looking = true;
        try {
            parts.tools().executor().execute(() -> {
                look.askNow();
                parts.loop().execute(() -> looked(look));
            });
        } catch (RejectedExecutionException closing) {
            looking = false;
        }
    }

    private void looked(MirrorWatch.Look look) {
        looking = false;
        if (!stopped && (admin.watch().follow(look) || damages >= DAMAGES_TO_SCRUB)) {
            damages = 0;
            scrubber.start();
        }
    }

    /** A disk that missed something begins anew. */
    void takeBack(UUID disk) {
        if (admin.counts().lost() > 0) {
            LOG.error("Disk {} has missed something, and segments are lost that it may have: it is left alone", disk);
            return;
        }
        try {
            parts.tools().executor().execute(() -> {
                try {
                    admin.clearNow(disk);
                    parts.loop().execute(() -> readmit(disk));
                } catch (StoreException | RuntimeException e) {
                    LOG.error("Disk {} cannot be taken back", disk, e);
                }
            });
        } catch (RejectedExecutionException closing) {
            LOG.debug("Disk {} is not taken back: the pool is closing", disk);
        }
    }

    private void readmit(UUID disk) {
        if (stopped) {
            return;
        }
        try {
            admin.readmit(disk);
        } catch (StoreException e) {
            LOG.error("Disk {} cannot be taken back", disk, e);
        }
    }
}
