package dev.sandstone.engine.sim;

import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.PoolDisks;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * One run of the simulator on a mirror, a function of its seed: lives of one pool on two to four disks, with crashes as in
 * {@link Simulation}, and in each life one fault of one disk: it dies, it is away at the opening and comes back, its bytes
 * rot. No initiator ever sees an error, nothing acknowledged is lost, and the pool is redundant again by itself once it
 * has the disks for it.
 */
public final class MirrorSimulation {
    private static final int CHUNK = 256;
    private static final int COPIES = 2;
    private static final int MOST_DISKS = 6;
    private static final int OPEN_SEGMENTS = 3;
    /** In one seed of three disks are added to pools that are well. */
    private static final int GROWING_ONE_IN = 3;

    private static final long HEAL_NANOS = TimeUnit.HOURS.toNanos(24);

    private final long seed;
    private final Random random;
    private final SimSetup setup;
    private final SimMirror machine;
    private final Workload.Clock clock = new Workload.Clock();
    private @Nullable Workload load;
    private List<String> away = List.of();
    private boolean whole = true;
    private boolean rotten;
    private int crashes;
    private int losses;

    /**
     * What a run did.
     *
     * @param crashes losses of power
     * @param losses faults of disks
     * @param operations that changed something
     */
    record Report(int crashes, int losses, long operations) {}

    MirrorSimulation(long seed) throws StoreException {
        this.seed = seed;
        random = new Random(seed * 77 + 5);
        setup = SimSetup.seeded(new Random(seed));
        machine = new SimMirror(random, setup, 2 + random.nextInt(3));
    }

    /** Runs one seed; null when every promise was kept. */
    public static @Nullable String broken(long seed) {
        try {
            new MirrorSimulation(seed).run();
            return null;
        } catch (StoreException | RuntimeException | Error e) {
            return Simulator.describe(seed, e) + " (MirrorSimulationTest)";
        }
    }

    Report run() throws StoreException {
        int lives = 3 + random.nextInt(4);
        for (int life = 0; life < lives; life++) {
            between();
            openThroughCrashes();
            verify();
            live();
        }
        away = List.of();
        openThroughCrashes();
        heal();
        verify();
        end();
        eachAlone();
        return new Report(crashes, losses, clock.operations());
    }

    // what happens to the disks

    /** While there is no power: with every segment on two disks one of them may go away, or rot. */
    private void between() {
        away = List.of();
        if (!whole) {
            return;
        }
        String victim = machine.names().get(random.nextInt(machine.names().size()));
        switch (random.nextInt(4)) {
            case 0 -> {
                away = List.of(victim);
                whole = false;
                losses++;
                clock.note(victim + " is away");
            }
            case 1 -> rot(victim);
            default -> {
                // All are there.
            }
        }
    }

    private void rot(String victim) {
        SimMedium medium = machine.medium(victim);
        int flips = 1 + random.nextInt(20);
        clock.note(flips + " bits of " + victim + " flip");
        for (int i = 0; i < flips; i++) {
            int at = (64 << 10) + random.nextInt(medium.size() - (64 << 10));
            medium.bytes()[at] ^= (byte) (1 << random.nextInt(8));
        }
        rotten = true;
        whole = false;
        losses++;
    }

    private void openThroughCrashes() throws StoreException {
        while (true) {
            machine.calm();
            if (random.nextInt(3) == 0) {
                String one = machine.names().get(random.nextInt(machine.names().size()));
                machine.faults(one).crashAtWrite(random.nextInt(12));
            }
            try {
                machine.open(away);
                machine.calm();
                clock.note("opened without " + away);
                return;
            } catch (SimCrash lost) {
                crash();
            }
        }
    }

    private void crash() {
        machine.calm();
        machine.crash(Tear.random(random));
        clock.crashed();
        crashes++;
        clock.note("power lost");
    }

    // a life

    private void live() {
        try {
            if (load == null) {
                create();
            }
            if (random.nextInt(2) == 0) {
                String one = machine.names().get(random.nextInt(machine.names().size()));
                machine.faults(one).crashAtWrite(random.nextInt(500));
            }
            if (grows() && isWhole()) {
                grow();
            } else if (random.nextBoolean() && isWhole()) {
                lose();
            }
            work(50 + random.nextInt(400));
            if (random.nextInt(2) == 0) {
                heal();
            }
        } catch (SimCrash lost) {
            whole = false;
            crash();
            return;
        }
        // A disk that has not died yet does not: else it might while the other one is away.
        machine.calm();
        whole = isWhole();
        if (random.nextInt(3) == 0) {
            end();
        } else {
            crash();
        }
    }

    private boolean isWhole() {
        PoolDisks.Status status = machine.status();
        boolean active = status.disks().stream().allMatch(disk -> disk.state() == PoolDisks.DiskState.ACTIVE);
        return !rotten
                && active
                && status.redundancy().isWhole()
                && status.rebuild().left() == 0;
    }

    /** One of the disks dies soon. */
    private void lose() {
        List<PoolDisks.Disk> disks = machine.status().disks();
        PoolDisks.Disk victim = disks.get(random.nextInt(disks.size()));
        String name = victim.path().orElseThrow().toString();
        machine.faults(name).none();
        machine.faults(name).dieAfter(random.nextInt(400));
        losses++;
        clock.note(name + " will die");
    }

    private boolean grows() {
        return seed % GROWING_ONE_IN == 0 && machine.names().size() < MOST_DISKS && random.nextBoolean();
    }

    /** A disk more for a pool that is whole: nothing may lack a copy while it works, whatever moves to that disk. */
    private void grow() {
        machine.await("a disk more", machine.pool().disks().add(machine.spare()));
        clock.note("a disk more");
        int steps = random.nextInt(200);
        for (int i = 0; i < steps; i++) {
            work(1);
            machine.run(random.nextInt(100));
            if (!isWhole()) {
                throw new SimProblem("a copy is missing although no disk has failed: " + machine.status());
            }
        }
    }

    private void create() {
        int blocks =
                (int) Math.min(20_000, (long) setup.slots() * setup.segmentBytes() / Content.SECTOR * 35 / 100) / 8 * 8;
        boolean writeBack = random.nextInt(3) == 0;
        VolumeSpec spec = new VolumeSpec(
                new VolumeId(new UUID(seed, 1)), blocks, writeBack ? WritePolicy.WRITE_BACK : WritePolicy.DURABLE);
        VolumeOracle oracle = new VolumeOracle(1, blocks, writeBack, clock.tick());
        // Whether it exists is known again at the next opening, when power is lost meanwhile.
        Volume volume = machine.await("the new volume", machine.pool().create(spec));
        load = new Workload(clock, oracle, volume, random, setup.mostBytes());
    }

    private void work(int steps) {
        Workload one = load;
        int depth = 1 + random.nextInt(12);
        for (int i = 0; one != null && i < steps; i++) {
            if (clock.underWay() < depth) {
                one.step();
            }
            machine.run(random.nextInt(12));
            if (random.nextInt(60) == 0) {
                machine.run(random.nextInt(2000));
            }
        }
    }

    private void quiesce() {
        long limit = machine.loop().nanoTime() + 600_000_000_000L;
        while (clock.underWay() > 0) {
            if (!machine.loop().runOne() || machine.loop().nanoTime() > limit) {
                throw new SimProblem("stuck: " + clock.underWay() + " operations never end");
            }
        }
    }

    /** What the pool does by itself, and what a person does who replaces a disk and starts a scrub. */
    private void heal() {
        quiesce();
        for (PoolDisks.Disk disk : machine.status().disks()) {
            if (disk.state() == PoolDisks.DiskState.FAILED) {
                machine.await("a new disk", machine.pool().disks().replace(disk.id(), machine.spare()));
                clock.note("replaced " + disk.path());
            }
        }
        until("every segment on two disks", () -> {
            PoolDisks.Status status = machine.status();
            return status.rebuild().waits().isPresent()
                    || (status.rebuild().left() == 0 && status.redundancy().isWhole());
        });
        machine.await("a scrub", machine.pool().disks().startScrub());
        until("a scrub", () -> machine.status().scrub().state() == PoolDisks.ScrubState.IDLE);
        PoolDisks.Scrub scrub = machine.status().scrub();
        if (scrub.damaged() > 0) {
            throw new SimProblem("one rotten disk of a mirror has lost data: " + scrub);
        }
        rotten = false;
        until("room for all that fits", this::isEven);
    }

    /** Free slots have partners, or no segment is left of which a copy could move there. */
    private boolean isEven() {
        List<PoolDisks.Disk> disks = machine.status().disks();
        if (disks.size() <= COPIES || disks.stream().anyMatch(disk -> disk.state() != PoolDisks.DiskState.ACTIVE)) {
            return true;
        }
        long segments = machine.status().redundancy().segments();
        long[] free = disks.stream()
                .mapToLong(disk -> setup.slots() - disk.usedBytes() / setup.segmentBytes())
                .sorted()
                .toArray();
        long most = free[free.length - 1];
        long others = LongStream.of(free).sum() - most;
        // What is being written to cannot move.
        return most <= others + 1 || setup.slots() - most >= segments - OPEN_SEGMENTS;
    }

    private interface Condition {
        boolean holds();
    }

    private void until(String what, Condition condition) {
        long limit = machine.loop().nanoTime() + HEAL_NANOS;
        while (!condition.holds()) {
            machine.run(50);
            if (machine.loop().nanoTime() > limit) {
                throw new SimProblem("stuck: " + what + " never comes: " + machine.status());
            }
        }
    }

    private void end() {
        try {
            quiesce();
            machine.close();
            clock.crashed();
            clock.note("closed");
        } catch (SimCrash lost) {
            crash();
        }
    }

    // verification

    private void verify() {
        Workload old = load;
        VolumeId id = new VolumeId(new UUID(seed, 1));
        Volume volume = machine.pool().volume(id).orElse(null);
        if (old == null && volume != null) {
            boolean writeBack = volume.writePolicy() == WritePolicy.WRITE_BACK;
            VolumeOracle fresh = new VolumeOracle(1, Math.toIntExact(volume.blocks()), writeBack, clock.tick());
            old = new Workload(clock, fresh, volume, random, setup.mostBytes());
        }
        if (old != null) {
            if (volume == null) {
                throw new SimProblem("the volume is gone");
            }
            old.oracle().recovered(all(volume), clock.tick());
            load = new Workload(clock, old.oracle(), volume, random, setup.mostBytes());
        }
        if (!rotten) {
            List<String> problems = machine.await("the check", machine.pool().check());
            if (!problems.isEmpty()) {
                throw new SimProblem("the verifier says: " + problems);
            }
        }
    }

    private ByteBuffer all(Volume volume) {
        int blocks = Math.toIntExact(volume.blocks());
        ByteBuffer bytes = ByteBuffer.allocateDirect(blocks * Content.SECTOR);
        for (int lba = 0; lba < blocks; lba += CHUNK) {
            int count = Math.min(CHUNK, blocks - lba);
            ByteBuffer window = bytes.slice(lba * Content.SECTOR, count * Content.SECTOR);
            CompletableFuture<String> answer = new CompletableFuture<>();
            volume.read(lba, window, (status, detail) -> answer.complete(status + " " + detail));
            String status = machine.await("a read", answer);
            if (!"OK 0".equals(status)) {
                throw new SimProblem("a read at " + lba + " ends with " + status);
            }
        }
        return bytes;
    }

    /** When all is on two disks, each of them may be taken away. */
    private void eachAlone() throws StoreException {
        machine.open(List.of());
        boolean redundant = isWhole();
        List<PoolDisks.Disk> disks = machine.status().disks();
        machine.crash(Tear.LOST);
        clock.crashed();
        if (redundant) {
            away = List.of(
                    disks.get(random.nextInt(disks.size())).path().orElseThrow().toString());
            openThroughCrashes();
            verify();
            machine.crash(Tear.LOST);
        }
    }
}
