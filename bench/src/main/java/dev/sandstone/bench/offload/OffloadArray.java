package dev.sandstone.bench.offload;

import dev.sandstone.bench.array.ArrayProcess;
import dev.sandstone.daemon.api.Pools;
import dev.sandstone.daemon.api.VolumeTimes;
import dev.sandstone.daemon.api.Volumes;
import dev.sandstone.daemon.cli.ApiClient;
import dev.sandstone.daemon.cli.PoolChecker;
import dev.sandstone.initiator.IscsiSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A whole array in a process of its own. */
final class OffloadArray implements AutoCloseable {
    private static final String VOLUMES = "/api/v1/volumes";
    private static final int TIMEOUT_MS = 120_000;

    private final ArrayProcess array;
    private final ApiClient client;

    OffloadArray(Path root, Path scratch, long capacity) throws IOException, InterruptedException {
        array = new ArrayProcess(root, scratch, capacity);
        client = array.client();
    }

    Volumes.View create(String name, long bytes, String policy) {
        return client.post(VOLUMES, new Volumes.Create(name, bytes, null, null, null, policy), Volumes.View.class);
    }

    /** Whom a volume's extents belong to, as its map says. */
    VolumeTimes.Usage usage(String name) {
        return client.get(VOLUMES + "/" + name + "/usage", VolumeTimes.Usage.class);
    }

    Pools.Usage pool() {
        return client.get("/api/v1/pool", Pools.Usage.class);
    }

    Pools.Check check() {
        return PoolChecker.run(client);
    }

    /** A session of the initiator of that number. */
    IscsiSession login(Volumes.View volume, int host) throws IOException {
        return IscsiSession.open(array.options("iqn.2026-11.dev.sandstone:host" + host)
                .withTimeoutMs(TIMEOUT_MS)
                .withTarget(volume.iqn()));
    }

    /** What the array says it has read from the files of its disks. */
    long diskReadBytes() {
        return client.text("/metrics")
                .lines()
                .filter(line -> line.startsWith("sandstone_disk_read_bytes_total "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    /** What the kernel says the process has had read from storage. */
    long processReadBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(array.pid()), "io"))) {
            if (line.startsWith("read_bytes: ")) {
                return Long.parseLong(line.substring("read_bytes: ".length()));
            }
        }
        throw new IOException("no read_bytes");
    }

    @Override
    public void close() {
        array.close();
    }
}
