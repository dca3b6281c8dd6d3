package dev.sandstone.daemon.admin;

import dev.sandstone.daemon.api.Pools;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.PoolTraffic;
import dev.sandstone.engine.volume.PoolUsage;
import dev.sandstone.engine.volume.VolumeSpec;
import java.util.ArrayList;
import java.util.List;

/** The pool: what it holds, and whether it is sound. */
public final class PoolAdmin {
    /** Verifying reads all metadata and may read all data. */
    private static final long CHECK_SECONDS = 3600;

    private final Pool pool;
    private final Reconciliation reconciliation;

    public PoolAdmin(Pool pool, Reconciliation reconciliation) {
        this.pool = pool;
        this.reconciliation = reconciliation;
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

    /** Verifies every invariant of the engine, and that catalog and engine agree. */
    public Pools.Check check() {
        List<String> findings = new ArrayList<>(Engine.await(pool.check(), CHECK_SECONDS));
        findings.addAll(reconciliation.differences());
        return new Pools.Check(findings.isEmpty(), List.copyOf(findings));
    }
}
