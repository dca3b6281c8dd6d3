package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.Pools;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.PoolTraffic;
import dev.sandstone.engine.volume.PoolUsage;
import dev.sandstone.engine.volume.VolumeSpec;

/** The pool: what it holds, and whether it is sound. */
public final class PoolAdmin {
    private final Pool pool;
    private final CheckAdmin check;

    public PoolAdmin(Pool pool, Reconciliation reconciliation) {
        this.pool = pool;
        check = new CheckAdmin(pool, reconciliation);
    }

    public CheckAdmin check() {
        return check;
    }

    public Pools.Usage usage() {
        PoolUsage usage = Engine.await(pool.usage());
        long provisioned = pool.volumes().stream()
                .mapToLong(volume -> volume.blocks() * VolumeSpec.BLOCK_BYTES)
                .sum();
        return new Pools.Usage(
                usage.capacityBytes(),
                usage.liveBytes(),
                usage.garbageBytes(),
                usage.freeBytes(),
                usage.reserveBytes(),
                usage.metadataBytes(),
                provisioned);
    }

    /** What was written since the array was started. */
    public PoolTraffic traffic() {
        return pool.traffic();
    }
}
