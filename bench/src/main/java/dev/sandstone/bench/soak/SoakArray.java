package dev.sandstone.bench.soak;

import dev.sandstone.bench.array.ArrayProcess;
import dev.sandstone.daemon.api.ApiException;
import dev.sandstone.daemon.api.ErrorCode;
import dev.sandstone.daemon.api.Pools;
import dev.sandstone.daemon.api.Snapshots;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.cli.ApiClient;
import dev.sandstone.daemon.cli.PoolChecker;
import dev.sandstone.initiator.IscsiSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** The array under load, in a process of its own, with one volume of which snapshots come and go. */
final class SoakArray implements AutoCloseable {
    private static final String VOLUME = "soak";
    private static final String PATH = "/api/v1/volumes/" + VOLUME;

    private final ArrayProcess array;
    private final ApiClient client;
    private final String iqn;
    private final Deque<String> kept = new ArrayDeque<>();
    private int taken;
    private int refused;

    SoakArray(Path root, Path scratch, long capacity, long volume) throws IOException, InterruptedException {
        array = new ArrayProcess(root, scratch, capacity);
        client = array.client();
        iqn = client.post(
                        "/api/v1/volumes",
                        new Volumes.Create(VOLUME, volume, null, null, null, null),
                        Volumes.View.class)
                .iqn();
    }

    long pid() {
        return array.pid();
    }

    IscsiSession login(int thread) throws IOException {
        return IscsiSession.open(array.options("iqn.2026-11.dev.sandstone:soak")
                .withIsid(0x80_0000_0000_00L + thread)
                .withTarget(iqn));
    }

    /** Deletes the oldest snapshot when there are so many, then takes one; a pool that has no room for it is counted. */
    void snapshot(int most) {
        if (kept.size() == most) {
            client.delete(PATH + "/snapshots/" + kept.remove());
        }
        String name = "s" + (taken + refused + 1);
        try {
            client.post(PATH + "/snapshots", new Snapshots.Create(name), Snapshots.View.class);
            kept.add(name);
            taken++;
        } catch (ApiException full) {
            if (full.code() != ErrorCode.POOL_FULL) {
                throw full;
            }
            refused++;
        }
    }

    int refused() {
        return refused;
    }

    int taken() {
        return taken;
    }

    /** Live bytes of the pool in percent of its capacity. */
    long fullPercent() {
        Pools.Usage usage = client.get("/api/v1/pool", Pools.Usage.class);
        return usage.liveBytes() * 100 / usage.capacityBytes();
    }

    /** What the verifier of the pool finds wrong. */
    Pools.Check check() {
        return PoolChecker.run(client);
    }

    @Override
    public void close() {
        array.close();
    }
}
