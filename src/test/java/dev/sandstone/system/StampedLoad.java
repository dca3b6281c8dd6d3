package dev.sandstone.system;

import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.ScsiRequest;
import dev.sandstone.initiator.ScsiStatusException;
import dev.sandstone.initiator.SessionOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import tools.jackson.databind.JsonNode;

/** Mixed load of stamped writes, reads and flushes on one volume, from sessions of its own, under an oracle's eyes. */
final class StampedLoad {
    /** In units of 512 bytes: aligned and not, within and across 4 KiB, up to the 1 MiB that is atomic. */
    private static final int[] SIZES = {1, 3, 8, 8, 8, 8, 13, 16, 64, 128, 2048};

    private static final int READ_UNITS = 512;

    /** Number of the session that reads all. */
    static final int READER = 99;

    private final WriteOracle oracle;
    private final JsonNode volume;
    private final boolean durablePolicy;
    private final boolean[] busy;
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final List<Thread> workers = new ArrayList<>();
    private volatile boolean stopping;

    StampedLoad(WriteOracle oracle, JsonNode volume) {
        this.oracle = oracle;
        this.volume = volume;
        this.durablePolicy = volume.get("write_policy").asString().equals("durable");
        this.busy = new boolean[oracle.units()];
    }

    /** Starts workers; each ends when its connection is lost, or at {@link #stop}. */
    void start(String portal, int count, long seed) {
        for (int i = 0; i < count; i++) {
            int number = i;
            workers.add(Thread.ofPlatform().name("load-" + i).start(() -> work(portal, number, seed + number)));
        }
    }

    /** Ends the workers and returns what they saw wrong. */
    List<String> stop() throws InterruptedException {
        stopping = true;
        for (Thread worker : workers) {
            worker.join();
        }
        workers.clear();
        return new ArrayList<>(wrong);
    }

    /** Name of the initiator of the n-th worker. */
    static String initiator(String volume, int number) {
        return "iqn.2026-11.test.load:" + volume + number;
    }

    private IscsiSession session(String portal, int number) throws IOException {
        int colon = portal.lastIndexOf(':');
        InetSocketAddress address =
                new InetSocketAddress(portal.substring(0, colon), Integer.parseInt(portal.substring(colon + 1)));
        IscsiSession session = IscsiSession.open(
                SessionOptions.to(address, initiator(volume.get("name").asString(), number))
                        .withTarget(volume.get("iqn").asString()));
        // A new nexus is first told of the power on (unit attention 29h/01h).
        session.execute(ScsiRequest.of(lun(), Cdb.testUnitReady()));
        return session;
    }

    private void work(String portal, int number, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (IscsiSession session = session(portal, number)) {
            while (!stopping) {
                step(session, random);
            }
        } catch (ScsiStatusException refused) {
            wrong.add("a command was refused: " + refused);
        } catch (IOException crashed) {
            // The daemon was killed: what was under way stays undecided.
            return;
        }
    }

    private void step(IscsiSession session, SplittableRandom random) throws IOException {
        int dice = random.nextInt(100);
        if (dice < 5) {
            List<WriteOracle.Write> covered = oracle.acknowledgedSoFar();
            session.execute(ScsiRequest.of(lun(), Cdb.synchronizeCache16(0, 0))).requireGood();
            oracle.flushed(covered);
            return;
        }
        int units = SIZES[random.nextInt(SIZES.length)];
        int unit = reserve(random, units);
        try {
            if (dice < 25) {
                byte[] data = session.execute(ScsiRequest.in(lun(), Cdb.read16(unit, units), units * WriteOracle.UNIT))
                        .requireGood()
                        .dataIn();
                wrong.addAll(oracle.judgeRead(unit, ByteBuffer.wrap(data)));
            } else {
                write(session, unit, units, dice < 40);
            }
        } finally {
            release(unit, units);
        }
    }

    private void write(IscsiSession session, int unit, int units, boolean fua) throws IOException {
        WriteOracle.Write write = oracle.begin(unit, units);
        byte[] cdb = fua ? Cdb.write16Fua(unit, units) : Cdb.write16(unit, units);
        session.execute(ScsiRequest.out(lun(), cdb, WriteOracle.content(write).array()))
                .requireGood();
        oracle.acknowledged(write, fua || durablePolicy);
    }

    /** Reads the whole volume through a session of its own. */
    ByteBuffer readAll(String portal) throws IOException {
        ByteBuffer disk = ByteBuffer.allocate(oracle.units() * WriteOracle.UNIT);
        try (IscsiSession session = session(portal, READER)) {
            for (int unit = 0; unit < oracle.units(); unit += READ_UNITS) {
                disk.put(session.execute(
                                ScsiRequest.in(lun(), Cdb.read16(unit, READ_UNITS), READ_UNITS * WriteOracle.UNIT))
                        .requireGood()
                        .dataIn());
            }
            session.logout();
        }
        return disk.flip();
    }

    private int lun() {
        return volume.get("lun").asInt();
    }

    private int reserve(SplittableRandom random, int units) {
        while (true) {
            int unit = random.nextInt(oracle.units() - units);
            synchronized (busy) {
                boolean free = true;
                for (int u = unit; u < unit + units; u++) {
                    free &= !busy[u];
                }
                if (free) {
                    mark(unit, units, true);
                    return unit;
                }
            }
        }
    }

    private void release(int unit, int units) {
        synchronized (busy) {
            mark(unit, units, false);
        }
    }

    private void mark(int unit, int units, boolean value) {
        Arrays.fill(busy, unit, unit + units, value);
    }
}
