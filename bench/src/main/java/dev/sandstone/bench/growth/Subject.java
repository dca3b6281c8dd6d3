package dev.sandstone.bench.growth;

import dev.sandstone.bench.array.ArrayProcess;
import dev.sandstone.daemon.api.Snapshots;
import dev.sandstone.daemon.api.Volumes;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An array under test with its sessions, on the CPU of the load. */
final class Subject implements AutoCloseable {
    static final long GIB = 1L << 30;

    private static final String CPU = "1";

    private final ArrayProcess array;
    private final Load load;
    private final List<Session> sessions = new ArrayList<>();
    private String iqn = "";
    private long idle;

    Subject(Path root, Path scratch, long capacity) throws IOException {
        Files.createDirectories(scratch);
        try {
            array = new ArrayProcess(root, scratch, capacity);
            new ProcessBuilder("taskset", "-acp", CPU, String.valueOf(array.pid()))
                    .redirectOutput(new File("/dev/null"))
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
        load = new Load(new ProcessCpu(array.pid()));
    }

    Load.Volume volume(String name, long bytes) {
        Volumes.View made = array.client()
                .post(
                        "/api/v1/volumes",
                        new Volumes.Create(name, bytes, null, null, null, "write-back"),
                        Volumes.View.class);
        iqn = made.iqn();
        return new Load.Volume(made.lun(), bytes);
    }

    void snapshot(String volume, String name) {
        array.client()
                .post("/api/v1/volumes/" + volume + "/snapshots", new Snapshots.Create(name), Snapshots.View.class);
    }

    /** How long the list of all volumes takes, in nanoseconds. */
    long list() {
        long began = System.nanoTime();
        array.client().text("/api/v1/volumes");
        return System.nanoTime() - began;
    }

    /** Opens sessions until there are so many. */
    void sessions(int count) throws IOException {
        InetSocketAddress portal =
                array.options("iqn.2026-11.dev.sandstone:growth").portal();
        while (sessions.size() < count) {
            sessions.add(new Session(portal, iqn, sessions.size()));
        }
    }

    void settle(Load.Volume volume) throws IOException {
        for (Session session : sessions) {
            session.settle(volume.lun());
        }
    }

    void fill(Load.Volume volume) throws IOException {
        load.fill(sessions.get(0), volume);
    }

    void touch(Load.Volume volume) throws IOException {
        load.touch(sessions.get(0), volume);
    }

    void warmUp(Load.Volume volume) throws IOException {
        load.warmUp(sessions.get(0), volume);
        idle = load.idle();
    }

    /** @param count of sessions that share the load */
    Load.Cost measure(Load.Volume volume, int count) throws IOException {
        return load.measure(sessions.subList(0, count), volume, idle);
    }

    /** The same, but that each place is written once. */
    Load.Cost measureOnce(Load.Volume volume) throws IOException {
        return load.measureOnce(sessions.subList(0, 1), volume, idle);
    }

    @Override
    public void close() throws IOException {
        for (Session session : sessions) {
            session.close();
        }
        array.close();
    }
}
