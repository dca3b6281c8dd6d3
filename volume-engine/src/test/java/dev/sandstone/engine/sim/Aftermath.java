package dev.sandstone.engine.sim;

import dev.sandstone.engine.volume.PoolUsage;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.WritePolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges a pool that was opened after whatever happened to it: the engine's own verifier, the account (I18), and every
 * sector of every volume and of every moment.
 */
final class Aftermath {
    private final TimeLoad.Host host;
    private final TimeLoad time;
    private final AdminLoad admin;

    Aftermath(TimeLoad.Host host, TimeLoad time, AdminLoad admin) {
        this.host = host;
        this.time = time;
        this.admin = admin;
    }

    /** Afterwards the host has a load on each volume that is there. */
    void judge() {
        List<String> problems = host.await("the check", host.pool().check());
        if (!problems.isEmpty()) {
            throw new SimProblem("the verifier says after a crash: " + problems);
        }
        account();
        time.opened();
        Map<VolumeId, Workload> before = new LinkedHashMap<>(host.volumes());
        host.volumes().clear();
        for (Volume volume : host.pool().volumes()) {
            Workload old = before.remove(volume.id());
            VolumeOracle oracle = old == null ? unknown(volume) : old.oracle();
            if (!admin.wentBack(volume, oracle)) {
                oracle.resizing()
                        .recovered(
                                Math.toIntExact(volume.blocks()), host.clock().tick());
                oracle.recovered(host.all(volume), host.clock().tick());
            }
            admin.recovered(volume, oracle);
            host.adopt(oracle, volume);
        }
        before.keySet().removeIf(time::mayBeGone);
        time.verify();
        if (!before.isEmpty()) {
            throw new SimProblem("volumes are gone: " + before.keySet());
        }
    }

    /** A volume whose making was under way when power was lost: it is there, and empty or what it was cloned from. */
    private VolumeOracle unknown(Volume volume) {
        int tag = Math.toIntExact(volume.id().uuid().getLeastSignificantBits());
        @Nullable VolumeOracle ofTime = admin.cloned(volume, tag);
        @Nullable VolumeOracle cloned = ofTime == null ? time.cloned(volume, tag) : ofTime;
        boolean writeBack = volume.writePolicy() == WritePolicy.WRITE_BACK;
        return cloned == null
                ? new VolumeOracle(
                        tag,
                        Math.toIntExact(volume.blocks()),
                        writeBack,
                        host.clock().tick())
                : cloned;
    }

    private void account() {
        PoolUsage usage = host.await("the account", host.pool().usage());
        long sum = usage.liveBytes()
                + usage.garbageBytes()
                + usage.freeBytes()
                + usage.reserveBytes()
                + usage.metadataBytes();
        if (sum != usage.capacityBytes()) {
            throw new SimProblem("I18: " + usage + " adds up to " + sum);
        }
    }
}
