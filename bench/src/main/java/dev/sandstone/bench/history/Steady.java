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
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * CPU time of a random read and write of 4 KiB on a volume without snapshots, with one, and with many; in many short turns, so
 * that whatever else the machine does meets all alike. It is that of the whole process, folding and cleaning included.
 *
 * <p>Two volumes have no snapshots: how much one differs from the other is what these figures cannot tell from nothing.
 */
final class Steady {
    private static final long BYTES = 512L << 20;
    private static final int CHANGED_BETWEEN = 64;
    private static final int DEPTH = 32;
    private static final int READS = 40_000;
    private static final int WRITES = 4_000;
    private static final int WARM_UP_ROUNDS = 6;

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
            steady.make("none again", snapshots, 0);
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
        Collections.shuffle(order, new Random(round));
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
            List<String> figures = new ArrayList<>();
            for (Kept one : volumes) {
                String cost = String.format(
                        Locale.ROOT,
                        "%s %.2f us",
                        one.name(),
                        Spread.of(one.costs().get(i)).median());
                figures.add(figures.isEmpty() ? cost : cost + " " + percent(Spread.of(ratios(one, i))));
            }
            table.row(rows[i] + ", CPU", String.join("; ", figures));
        }
    }

    /** Of a round each: to the volume without snapshots, in the same round. */
    private List<Double> ratios(Kept one, int of) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < one.costs().get(of).size(); round++) {
            ratios.add(one.costs().get(of).get(round)
                    / volumes.get(0).costs().get(of).get(round));
        }
        return ratios;
    }

    private static String percent(Spread ratio) {
        return String.format(
                Locale.ROOT,
                "(%+.1f %%, surely %+.1f to %+.1f)",
                100 * (ratio.median() - 1),
                100 * (ratio.low() - 1),
                100 * (ratio.high() - 1));
    }
}
