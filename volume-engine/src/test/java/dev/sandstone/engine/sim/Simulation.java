package dev.sandstone.engine.sim;

import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of the simulator, a function of its seed: some lives of one pool, each a random load that ends in a loss of
 * power (at any moment, within any write, within recovery too) or in order; after each the pool is opened, checked by
 * the engine's own verifier, and every sector of every volume is read and judged by the oracle.
 */
final class Simulation implements TimeLoad.Host {
    private static final int DEPTH = 12;
    private static final int MARKS_ONE_IN = 20;
    private static final int MOST_MILLIS = 800;
    /** In one seed of five UNMAPs and zeros are long enough for the way that erases in batches of their own. */
    private static final int LONG_BLANKS = 32;

    private final long seed;
    private final Random random;
    private final SimSetup setup;
    private final SimPool machine;
    private final Workload.Clock clock = new Workload.Clock();
    private final Map<VolumeId, Workload> volumes = new LinkedHashMap<>();
    private final TimeLoad time;
    private final AdminLoad admin;
    private final Aftermath aftermath;
    private int tags;
    private int crashes;
    private boolean failing;

    /**
     * What a run did.
     *
     * @param crashes losses of power, those within recovery included
     * @param operations that changed something
     * @param exhausted writes refused because the pool was full
     */
    record Report(int crashes, long operations, int exhausted) {}

    Simulation(long seed) throws StoreException {
        this(seed, SimSetup.seeded(new Random(seed)));
    }

    Simulation(long seed, SimSetup setup) throws StoreException {
        this.seed = seed;
        this.random = new Random(seed ^ 0x5DEECE66DL);
        this.setup = setup;
        this.machine = new SimPool(random, setup);
        this.time = new TimeLoad(this, random, seed);
        this.admin = new AdminLoad(this, time, random, seed);
        this.aftermath = new Aftermath(this, time, admin);
    }

    // for the load in time

    @Override
    public Pool pool() {
        return machine.pool();
    }

    @Override
    public Workload.Clock clock() {
        return clock;
    }

    @Override
    public Map<VolumeId, Workload> volumes() {
        return volumes;
    }

    @Override
    public void adopt(VolumeOracle oracle, Volume volume) {
        volumes.put(volume.id(), workload(oracle, volume));
    }

    @Override
    public int nextTag() {
        return ++tags;
    }

    @Override
    public <T extends @Nullable Object> T await(String what, CompletionStage<T> stage) {
        return machine.await(what, stage);
    }

    SimPool machine() {
        return machine;
    }

    /** Runs; throws {@link SimProblem} when a promise is broken. */
    Report run() throws StoreException {
        int lives = 2 + random.nextInt(4);
        for (int life = 0; life < lives; life++) {
            openThroughCrashes();
            aftermath.judge();
            live();
        }
        failing = false;
        openThroughCrashes();
        aftermath.judge();
        end();
        return new Report(crashes, clock.operations(), clock.exhausted());
    }

    private void openThroughCrashes() throws StoreException {
        while (true) {
            machine.faults().none();
            if (random.nextInt(3) == 0) {
                machine.faults().crashAtWrite(random.nextInt(12));
            }
            try {
                machine.open();
                machine.faults().none();
                clock.time(machine.loop().wallClockMicros());
                clock.note("opened");
                return;
            } catch (SimCrash lost) {
                crash();
            }
        }
    }

    private void crash() {
        machine.faults().none();
        machine.crash(Tear.random(random));
        time.crashed();
        clock.crashed();
        crashes++;
        clock.note("power lost");
    }

    // volumes

    private void create() {
        int tag = ++tags;
        boolean writeBack = random.nextInt(3) == 0;
        long room = (long) setup.slots() * setup.segmentBytes();
        int blocks = (int) Math.min(40_000, room / Content.SECTOR * (10 + random.nextInt(60)) / 100) / 8 * 8;
        VolumeSpec spec = new VolumeSpec(
                new VolumeId(new UUID(seed, tag)), blocks, writeBack ? WritePolicy.WRITE_BACK : WritePolicy.DURABLE);
        Volume volume;
        try {
            volume = machine.await("the new volume", machine.pool().create(spec));
        } catch (CompletionException refused) {
            if (refused.getCause() instanceof EngineException why && TimeLoad.refused(why.status())) {
                return;
            }
            throw refused;
        }
        volumes.put(spec.id(), workload(new VolumeOracle(tag, blocks, writeBack, clock.tick()), volume));
    }

    private Workload workload(VolumeOracle oracle, Volume volume) {
        return new Workload(clock, oracle, volume, random, setup.mostBytes()).blanks(seed % 5 == 1 ? LONG_BLANKS : 1);
    }

    // a life

    private void live() {
        try {
            for (int wanted = 1 + random.nextInt(3) - volumes.size(); wanted > 0; wanted--) {
                create();
            }
            faults();
            load(50 + random.nextInt(400));
        } catch (SimCrash lost) {
            crash();
            return;
        } catch (CompletionException failed) {
            if (!failing) {
                throw failed;
            }
            crash();
            return;
        }
        if (random.nextInt(4) == 0) {
            end();
        } else {
            crash();
        }
    }

    private void faults() {
        SimFaults faults = machine.faults();
        failing = false;
        faults.stalls(random.nextInt(4) == 0);
        switch (random.nextInt(8)) {
            case 0, 1 -> faults.crashAtWrite(random.nextInt(400));
            case 2 -> {
                faults.failWriteAt(random.nextInt(300));
                failing = true;
                clock.ioErrorsExpected(true, false);
            }
            case 3 -> {
                faults.readErrors(10 + random.nextInt(200));
                clock.ioErrorsExpected(false, true);
            }
            case 4 -> {
                faults.wrongReads(10 + random.nextInt(100));
                clock.ioErrorsExpected(false, true);
            }
            case 5 -> {
                machine.metadata().failAfter(random.nextInt(20));
                failing = true;
                clock.ioErrorsExpected(true, true);
            }
            default -> {
                // A life without failures.
            }
        }
    }

    private void load(int steps) {
        int depth = 1 + random.nextInt(DEPTH);
        int timeSteps = random.nextInt(3) == 0 ? 0 : 10 + random.nextInt(60);
        for (int i = 0; i < steps && !volumes.isEmpty(); i++) {
            List<Workload> all = List.copyOf(volumes.values());
            if (clock.underWay() < depth) {
                all.get(random.nextInt(all.size())).step();
            }
            if (timeSteps > 0 && random.nextInt(timeSteps) == 0) {
                time.step();
            }
            if (timeSteps > 0 && random.nextInt(2 * timeSteps) == 0) {
                admin.step();
            }
            machine.run(random.nextInt(12));
            clock.time(machine.loop().wallClockMicros());
            if (random.nextInt(100) == 0) {
                machine.loop().jumpClock();
                clock.time(machine.loop().wallClockMicros());
            }
            if (random.nextInt(60) == 0) {
                pause();
            }
            if (admin.hasWindows() && random.nextInt(MARKS_ONE_IN) == 0) {
                pass(random.nextInt(MOST_MILLIS));
            }
        }
        if (random.nextInt(3) == 0) {
            quiesce();
        }
    }

    /** Time in which what is under way ends and a mark may be made. */
    private void pass(int millis) {
        boolean[] over = {false};
        machine.loop().schedule(() -> over[0] = true, TimeUnit.MILLISECONDS.toNanos(millis));
        while (!over[0]) {
            machine.run(1);
        }
    }

    /** Time without requests: timers ring, folds and cleaning go on. */
    private void pause() {
        machine.run(random.nextInt(2000));
    }

    @Override
    public long wallClockMicros() {
        long now = machine.loop().wallClockMicros();
        clock.time(now);
        return now;
    }

    @Override
    public void quiesce() {
        long limit = machine.loop().nanoTime() + 300_000_000_000L;
        while (clock.underWay() > 0) {
            if (!machine.loop().runOne() || machine.loop().nanoTime() > limit) {
                throw new SimProblem("stuck: " + clock.underWay() + " operations never end");
            }
        }
    }

    /** An end in order: all that was acknowledged is kept, write-back or not. */
    private void end() {
        try {
            quiesce();
            if (!failing) {
                machine.close();
                clock.crashed();
                clock.note("closed");
                return;
            }
        } catch (SimCrash lost) {
            // Power may be lost while it ends, too.
        }
        crash();
    }
}
