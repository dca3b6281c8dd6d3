package dev.sandstone.bench.cleaning;

import dev.sandstone.bench.engine.Engine;
import dev.sandstone.bench.engine.Pump;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.PoolTraffic;
import dev.sandstone.engine.volume.PoolUsage;
import dev.sandstone.engine.volume.Snapshot;
import dev.sandstone.engine.volume.Volume;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Blocks written to the log for each block that is overwritten, by random writes of 4 KiB, 32 at once, on one volume that fills
 * so many percent of a pool. Overwritten once as often as it has blocks, at a time, so that the state becomes steady.
 */
public final class Amplification {
    private static final int DEPTH = 32;
    private static final long MIB = 1 << 20;

    /** Writes between two snapshots. */
    private static final long TURN = 4096;

    private final Engine engine;
    private final Volume volume;
    private final Deque<Snapshot> kept = new ArrayDeque<>();
    private long busy;

    private Amplification(Engine engine, long bytes) {
        this.engine = engine;
        volume = engine.volume(bytes);
        engine.fill(volume, bytes);
    }

    /**
     * Arguments: folder for data, MiB of the pool, percent of it that the volume fills, rounds, snapshots that are kept, percents
     * of writes that go to the rest of a hundred.
     */
    public static void main(String[] arguments) {
        Path scratch = Path.of(arguments[0]);
        long capacity = Long.parseLong(arguments[1]) * MIB;
        int percent = Integer.parseInt(arguments[2]);
        int rounds = Integer.parseInt(arguments[3]);
        System.out.println(
                "| full | writes | moved and written for each written, round by round | of the log, with heads | writes a second | told busy |");
        System.out.println("|---|---|---|---|---|---|");
        int snapshots = Integer.parseInt(arguments[4]);
        for (int i = 5; i < arguments.length; i++) {
            int hot = Integer.parseInt(arguments[i]);
            Shape shape = new Shape(capacity, percent, rounds, snapshots);
            run(scratch.resolve("hot" + hot), shape, hot);
        }
    }

    private record Shape(long capacity, int percent, int rounds, int snapshots) {
        long bytes() {
            return capacity / 100 * percent / MIB * MIB;
        }
    }

    /** @param hot percent of the writes that go to (100 - hot) percent of the blocks; 50 is uniform */
    private static void run(Path folder, Shape shape, int hot) {
        try (Engine engine = new Engine(folder, shape.capacity())) {
            Amplification load = new Amplification(engine, shape.bytes());
            List<String> blocks = new ArrayList<>();
            String log = "";
            long begun = System.nanoTime();
            PoolTraffic before = engine.pool().traffic();
            for (int round = 0; round < shape.rounds(); round++) {
                load.overwrite(hot, round, shape.snapshots());
                PoolTraffic now = engine.pool().traffic();
                double written = now.writtenBytes() - before.writtenBytes();
                blocks.add(figure(1 + (now.movedBytes() - before.movedBytes()) / written));
                log = figure((now.logBytes() - before.logBytes()) / written);
                before = now;
                System.err.println(blocks);
            }
            PoolUsage usage = Engine.get(engine.pool().usage());
            System.out.printf(
                    Locale.ROOT,
                    "| %.1f %% | %s | %s | %s | %.0f | %d |%n",
                    100.0 * usage.liveBytes() / usage.capacityBytes(),
                    hot == 50 ? "uniform" : hot + " % to " + (100 - hot) + " % of the blocks",
                    String.join(", ", blocks),
                    log,
                    1e9 * shape.rounds() * shape.bytes() / Engine.BLOCK / (System.nanoTime() - begun),
                    load.busy);
        }
    }

    private void overwrite(int hot, int round, int snapshots) {
        long blocks = volume.blocks() / Engine.SECTORS;
        long few = blocks * (100 - hot) / 100;
        SplittableRandom random = new SplittableRandom(round);
        ByteBuffer[] buffers = new ByteBuffer[DEPTH];
        for (int i = 0; i < DEPTH; i++) {
            buffers[i] = ByteBuffer.allocateDirect(Engine.BLOCK);
        }
        Pump pump = new Pump(engine.loop(), DEPTH, (place, done) -> {
            long at = random.nextInt(100) < hot ? random.nextLong(few) : few + random.nextLong(blocks - few);
            ByteBuffer data = buffers[place].putLong(0, at).putLong(8, random.nextLong());
            write(at * Engine.SECTORS, data, done);
        });
        for (long left = blocks; left > 0; left -= TURN) {
            pump.run(Math.min(left, TURN));
            keep(snapshots);
        }
    }

    private void keep(int snapshots) {
        if (snapshots > 0) {
            kept.add(engine.take(volume));
        }
        if (kept.size() > snapshots) {
            Snapshot oldest = kept.remove();
            Engine.get(engine.timeline().delete(List.of(oldest.id())));
        }
    }

    /** Again and again while cleaning lags behind, as an initiator does. */
    private void write(long lba, ByteBuffer data, Completion done) {
        volume.write(lba, data, false, (status, detail) -> {
            if (status == EngineStatus.BUSY) {
                busy++;
                write(lba, data, done);
            } else {
                done.done(status, detail);
            }
        });
    }

    private static String figure(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
