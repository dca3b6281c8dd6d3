package dev.sandstone.bench.history;

import dev.sandstone.bench.engine.Engine;
import dev.sandstone.bench.engine.Pump;
import dev.sandstone.engine.volume.Completion;
import dev.sandstone.engine.volume.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * CPU time of a random read and write of 4 KiB on a volume without snapshots, with one, and with many; in alternation, so
 * that whatever else the machine does meets all alike. It is that of the whole process, folding and cleaning included.
 */
final class Steady {
    private static final long BYTES = 512L << 20;
    private static final int CHANGED_BETWEEN = 64;
    private static final int DEPTH = 32;
    private static final int READS = 100_000;
    private static final int WRITES = 30_000;
    private static final int WARM_UP_ROUNDS = 2;

    private final Engine engine;
    private final List<Kept> volumes = new ArrayList<>();
    private final ByteBuffer[] buffers = new ByteBuffer[DEPTH];

    /** A volume, what it is called, and what each round of it cost. */
    private record Kept(String name, Volume volume, boolean snapshots, List<List<Double>> costs) {}

    private Steady(Engine engine) {
        this.engine = engine;
        Arrays.setAll(buffers, i -> ByteBuffer.allocateDirect(Engine.BLOCK));
    }

    static void run(Path scratch, Table table, int snapshots, int rounds) {
        try (Engine engine = new Engine(scratch.resolve("steady"), 16L << 30)) {
            Steady steady = new Steady(engine);
            steady.make("no snapshot", snapshots, 0);
            steady.make("1 snapshot", snapshots, 1);
            steady.make(snapshots + " snapshots", snapshots, snapshots);
            for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
                steady.round(round);
            }
            steady.print(table);
        }
    }

    /** All volumes are changed alike; the last snapshots are kept. */
    private void make(String name, int times, int snapshots) {
        Volume volume = engine.volume(BYTES);
        engine.fill(volume, BYTES);
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < times; i++) {
            if (i >= times - snapshots) {
                engine.take(volume);
            }
            engine.overwrite(volume, CHANGED_BETWEEN, random);
        }
        volumes.add(new Kept(
                name, volume, snapshots > 0, List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>())));
    }

    private void round(int round) {
        List<Kept> order = new ArrayList<>(volumes);
        Collections.rotate(order, round);
        for (Kept one : order) {
            Volume volume = one.volume();
            double[] costs = new double[3];
            costs[0] = cost(READS, round, (at, place, done) -> volume.read(at, buffers[place], done));
            if (one.snapshots()) {
                engine.take(volume);
            }
            // The first of these displaces what the newest snapshot shows; the same blocks again displace what none
            // does.
            costs[1] = cost(WRITES, round, (at, place, done) -> volume.write(at, changed(place, at), false, done));
            costs[2] = cost(WRITES, round, (at, place, done) -> volume.write(at, changed(place, at), false, done));
            for (int i = 0; i < costs.length && round >= 0; i++) {
                one.costs().get(i).add(costs[i]);
            }
        }
    }

    private ByteBuffer changed(int place, long at) {
        buffers[place].putLong(0, at).putLong(8, System.nanoTime());
        return buffers[place];
    }

    /** A read or write at a place. */
    private interface Access {
        void start(long lba, int place, Completion done);
    }

    /** Microseconds of CPU for each. */
    private double cost(int count, int round, Access access) {
        SplittableRandom random = new SplittableRandom(100 + round);
        long blocks = BYTES / Engine.BLOCK;
        Engine.get(engine.pool().usage());
        long before = cpuNanos();
        new Pump(
                        engine.loop(),
                        DEPTH,
                        (place, done) -> access.start(random.nextLong(blocks) * Engine.SECTORS, place, done))
                .run(count);
        Engine.get(engine.pool().usage());
        return (cpuNanos() - before) / 1000.0 / count;
    }

    /** Of all threads, those of the virtual machine and of RocksDB too; finer than the clock of the process. */
    private static long cpuNanos() {
        long sum = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                String ran = Files.readString(thread.resolve("schedstat"));
                sum += Long.parseLong(ran.substring(0, ran.indexOf(' ')));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sum;
    }

    private void print(Table table) {
        String[] rows = {
            "4K random read", "4K random write, the first of a block after a snapshot", "4K random write, further ones"
        };
        for (int i = 0; i < rows.length; i++) {
            StringBuilder figures = new StringBuilder();
            double none = median(volumes.get(0).costs().get(i));
            for (Kept one : volumes) {
                double median = median(one.costs().get(i));
                figures.append(figures.isEmpty() ? "" : "; ")
                        .append(one.name())
                        .append(String.format(Locale.ROOT, " %.2f us (%+.1f %%)", median, 100 * (median / none - 1)));
            }
            table.row(rows[i] + ", CPU", figures.toString());
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
