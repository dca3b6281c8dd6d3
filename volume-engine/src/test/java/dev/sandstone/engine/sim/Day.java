package dev.sandstone.engine.sim;

import dev.sandstone.engine.map.MapLimits;
import dev.sandstone.engine.meta.MetadataCursor;
import dev.sandstone.engine.meta.Table;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.PoolUsage;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Hours of mixed load in virtual time on a pool that is nearly full: a snapshot each ten seconds, the last six kept and one of
 * each hour for six hours, a rewind window, copies by reference, cleaning, now and then a loss of power or an end in order.
 * Each hour the verifier, the account and all of every volume and moment; and the counts, which must stay as they are.
 *
 * <p>As a program: {@code Day HOURS SEED}.
 */
public final class Day {
    private static final int SLICE_SECONDS = 10;
    private static final int NEWEST_KEPT = 6;
    private static final int HOURS_KEPT = 6;
    private static final int SLOTS = 64;
    private static final int READ_AT_ONCE = 16;
    private static final VolumeId LARGE = new VolumeId(new UUID(24, 1));
    private static final VolumeId SMALL = new VolumeId(new UUID(24, 2));

    private final Random random;
    private final SimPool machine;
    private final int slicesAnHour;
    private final DayLoad.Counters counters = new DayLoad.Counters();
    private final List<DayLoad> loads = new ArrayList<>();
    private final Map<SnapshotId, Kept> kept = new LinkedHashMap<>();
    private final List<Hour> hours = new ArrayList<>();
    private long names;
    private int taken;
    private int refused;
    private int crashes;
    private int closings;

    /**
     * How large the pool is.
     *
     * @param blocks of 4 KiB that the large volume has
     * @param hot nearly all changes are in so many of them
     */
    record Shape(int segmentBytes, int blocks, int hot) {
        /** 64 MiB, of which more than four fifths are in use. */
        static final Shape LARGE = new Shape(1 << 20, 11_600, 64);

        /** For the gate. */
        static final Shape SMALL = new Shape(256 << 10, 2_000, 16);
    }

    /** A snapshot and what it shows. */
    private record Kept(DayLoad of, long[] content, int hour) {}

    /**
     * What there is at the end of an hour.
     *
     * @param rows of each table
     * @param heapBytes in use after a collection; the judge's own are in it
     */
    record Hour(Map<Table, Integer> rows, int segments, int snapshots, PoolUsage usage, long heapBytes) {
        /** What part of the pool that is. */
        double part(long bytes) {
            return 1.0 * bytes / usage.capacityBytes();
        }
    }

    Day(long seed, Shape shape, int slicesAnHour) throws StoreException {
        this.slicesAnHour = slicesAnHour;
        random = new Random(seed);
        MapLimits limits = new MapLimits(
                1 << 20, 256 << 10, 1024, 1 << 20, TimeUnit.SECONDS.toNanos(2), TimeUnit.SECONDS.toNanos(30), 256);
        machine = new SimPool(random, new SimSetup(shape.segmentBytes(), SLOTS, 64 << 10, limits));
        loads.add(load(LARGE, shape.blocks(), shape.hot()));
        loads.add(load(SMALL, 128, 16));
    }

    private DayLoad load(VolumeId id, int blocks, int hot) {
        return new DayLoad(
                id, blocks, hot, random, name -> machine.pool().volume(name).orElseThrow(), counters);
    }

    // hours

    List<Hour> run(int count) throws StoreException {
        machine.open();
        for (DayLoad load : loads) {
            VolumeSpec spec = new VolumeSpec(load.id(), (long) load.blocks() * DayLoad.SECTORS, WritePolicy.DURABLE);
            machine.await("a volume", machine.pool().create(spec));
            for (int at = 0; at < load.blocks(); at += READ_AT_ONCE) {
                load.write(at, READ_AT_ONCE);
                drain();
            }
        }
        machine.await("a window", machine.pool().timeline().setRewindWindow(SMALL, Duration.ofSeconds(20)));
        for (int hour = 0; hour < count; hour++) {
            for (int slice = 0; slice < slicesAnHour; slice++) {
                slice(hour);
            }
            end();
        }
        drain();
        machine.close();
        return hours;
    }

    private void slice(int hour) throws StoreException {
        try {
            if (random.nextInt(60) == 0) {
                machine.faults().crashAtWrite(random.nextInt(40));
            }
            for (int second = 0; second < SLICE_SECONDS; second++) {
                for (int i = random.nextInt(4); i > 0; i--) {
                    loads.get(random.nextInt(8) == 0 ? 1 : 0).step(loads);
                }
                pass(TimeUnit.SECONDS.toNanos(1));
            }
            drain();
            take(hour);
            expire(hour);
            if (random.nextInt(200) == 0) {
                closings++;
                machine.close();
                open();
            }
        } catch (SimCrash lost) {
            crash();
        }
    }

    private void take(int hour) {
        DayLoad of = loads.get(random.nextInt(8) == 0 ? 1 : 0);
        SnapshotId id = new SnapshotId(new UUID(24, ++names));
        kept.put(id, new Kept(of, of.content(), hour));
        if (done("a snapshot", machine.pool().timeline().take(List.of(new Timeline.SnapshotSpec(id, of.id()))))) {
            taken++;
        } else {
            refused++;
            kept.remove(id);
        }
    }

    /** Lets go what retention keeps no more: not of the newest, and not the first of its hour. */
    private void expire(int hour) {
        List<SnapshotId> doomed = new ArrayList<>();
        int last = -1;
        int older = kept.size() - NEWEST_KEPT;
        for (Map.Entry<SnapshotId, Kept> one : kept.entrySet()) {
            int its = one.getValue().hour();
            boolean firstOfHour = its != last && its > hour - HOURS_KEPT;
            last = its;
            if (!firstOfHour && older > 0) {
                doomed.add(one.getKey());
            }
            older--;
        }
        if (!doomed.isEmpty()) {
            if (!done("a deletion", machine.pool().timeline().delete(doomed))) {
                throw new SimProblem("I19: deletion gives room back and was refused");
            }
            doomed.forEach(kept::remove);
        }
    }

    /** A full pool refuses what keeps data. */
    private boolean done(String what, CompletionStage<?> stage) {
        try {
            machine.await(what, stage);
            return true;
        } catch (CompletionException failed) {
            boolean full = failed.getCause() instanceof EngineException why && TimeLoad.refused(why.status());
            if (!full) {
                throw failed;
            }
            return false;
        }
    }

    private void pass(long nanos) {
        boolean[] over = {false};
        machine.loop().schedule(() -> over[0] = true, nanos);
        while (!over[0]) {
            machine.run(1);
        }
    }

    private void drain() {
        for (int seconds = 0; counters.underWay > 0; seconds++) {
            if (seconds > 300) {
                throw new SimProblem("stuck: " + counters.underWay + " operations never end");
            }
            pass(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    // losses of power

    private void crash() throws StoreException {
        machine.faults().none();
        machine.crash(Tear.random(random));
        crashes++;
        counters.underWay = 0;
        open();
    }

    /** What was being taken or deleted is there or not. */
    private void open() throws StoreException {
        machine.open();
        for (SnapshotId id : List.copyOf(kept.keySet())) {
            if (machine.pool().timeline().snapshot(id).isEmpty()) {
                kept.remove(id);
            }
        }
        volumes();
    }

    private void volumes() {
        for (DayLoad load : loads) {
            load.judge(all(machine.pool().volume(load.id()).orElseThrow()));
        }
    }

    // the end of an hour

    private void end() {
        machine.faults().none();
        drain();
        // What is removed in the background goes.
        pass(TimeUnit.SECONDS.toNanos(60));
        List<String> problems = machine.await("the check", machine.pool().check());
        if (!problems.isEmpty()) {
            throw new SimProblem("the verifier says: " + problems);
        }
        volumes();
        kept.forEach((id, snapshot) -> {
            Volume view = machine.await("a view", machine.pool().timeline().view(id));
            DayLoad.compare("snapshot " + id, all(view), 0, snapshot.content());
        });
        hours.add(count());
    }

    private ByteBuffer all(Volume volume) {
        int blocks = Math.toIntExact(volume.blocks() / DayLoad.SECTORS);
        ByteBuffer all = ByteBuffer.allocateDirect(blocks * DayLoad.BLOCK);
        for (int at = 0; at < blocks; at += READ_AT_ONCE) {
            ByteBuffer part = all.slice(at * DayLoad.BLOCK, READ_AT_ONCE * DayLoad.BLOCK);
            CompletableFuture<EngineStatus> read = new CompletableFuture<>();
            volume.read((long) at * DayLoad.SECTORS, part, (status, detail) -> read.complete(status));
            EngineStatus status = machine.await("a read", read);
            if (status != EngineStatus.OK) {
                throw new SimProblem("a read of " + volume.id() + " ended with " + status);
            }
        }
        return all;
    }

    private Hour count() {
        PoolUsage usage = machine.await("the account", machine.pool().usage());
        long sum = usage.liveBytes()
                + usage.garbageBytes()
                + usage.freeBytes()
                + usage.reserveBytes()
                + usage.metadataBytes();
        if (sum != usage.capacityBytes()) {
            throw new SimProblem("I18: " + usage + " adds up to " + sum);
        }
        Map<Table, Integer> rows = new EnumMap<>(Table.class);
        for (Table table : Table.values()) {
            rows.put(table, rows(table));
        }
        System.gc();
        Runtime memory = Runtime.getRuntime();
        return new Hour(
                rows,
                machine.store().segments().size(),
                kept.size(),
                usage,
                memory.totalMemory() - memory.freeMemory());
    }

    private int rows(Table table) {
        int rows = 0;
        ByteBuffer end = ByteBuffer.allocate(8).putLong(0, -1);
        try (MetadataCursor at = machine.metadata().scan(table, ByteBuffer.allocate(0), end)) {
            for (; at.valid(); at.next()) {
                rows++;
            }
        }
        return rows;
    }

    @Override
    public String toString() {
        return taken + " snapshots taken, " + refused + " refused; " + counters.changes + " changes, "
                + counters.refused + " refused; " + counters.reads + " reads, " + counters.sharedBlocks
                + " blocks shared; " + crashes + " losses of power, " + closings + " ends in order";
    }

    /** Runs so many hours, and tells of each. */
    public static void main(String[] arguments) throws StoreException {
        int count = Integer.parseInt(arguments[0]);
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        Day day = new Day(seed, Shape.LARGE, 3600 / SLICE_SECONDS);
        try {
            day.run(count);
        } finally {
            for (int i = 0; i < day.hours.size(); i++) {
                Hour hour = day.hours.get(i);
                System.out.printf(
                        Locale.ROOT,
                        "hour %d: %.1f %% live, %.1f %% garbage, %.1f %% free, %d segments, %d snapshots, heap %d KiB, rows %s%n",
                        i + 1,
                        100 * hour.part(hour.usage.liveBytes()),
                        100 * hour.part(hour.usage.garbageBytes()),
                        100 * hour.part(hour.usage.freeBytes()),
                        hour.segments,
                        hour.snapshots,
                        hour.heapBytes >> 10,
                        hour.rows);
            }
            System.out.println("seed " + seed + ": " + day);
        }
    }
}
