package dev.sandstone.engine.volume;

import dev.sandstone.engine.cleaner.Cleaner;
import dev.sandstone.engine.cleaner.SegmentTable;
import dev.sandstone.engine.log.LogWriter;
import dev.sandstone.engine.space.SpaceGovernor;
import dev.sandstone.engine.store.MirrorStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the pool and its disks in step: slots that come and go, segments that lose copies.
 *
 * <p>Confined to the shard's loop.
 */
final class DiskUpkeep {
    private final Pool pool;
    private final @Nullable MirrorStore mirror;

    /** What of a pool depends on its disks. */
    record Pool(SegmentTable segments, SpaceGovernor governor, Cleaner cleaner, LogWriter log) {}

    private DiskUpkeep(Pool pool, @Nullable MirrorStore mirror) {
        this.pool = pool;
        this.mirror = mirror;
    }

    static DiskUpkeep of(PoolParts parts, Pool pool) {
        return new DiskUpkeep(pool, parts.store() instanceof MirrorStore several ? several : null);
    }

    /** The pool works from here on. */
    void start() {
        if (mirror != null) {
            mirror.onChange(this::changed);
            changed();
        }
    }

    private void changed() {
        if (mirror != null) {
            pool.segments().resized(mirror.slots());
            pool.log().leaveImpaired();
            pool.governor().supplied();
            pool.cleaner().poke();
        }
    }
}
