package dev.sandstone.engine.sim;

import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One pool whose disk lies: after a load the bytes at rest are damaged (bits flipped, sectors swapped, older contents
 * put back, a foreign superblock misdirected to one copy), then the pool is opened and everything read. The only
 * demand: right data, a MEDIUM ERROR, or a refusal to open; never wrong data.
 *
 * <p>Not touched is the newest batch: nothing on a single disk tells it from a write that was never answered.
 */
public final class RotSimulation {
    private static final int CHUNK = 8;

    private final long seed;
    private final Random random;
    private final SimPool machine;
    private final Workload.Clock clock = new Workload.Clock();
    private byte[] older = {};
    private boolean closed;

    RotSimulation(long seed) throws StoreException {
        this.seed = seed;
        random = new Random(seed * 31 + 7);
        machine = new SimPool(random, SimSetup.seeded(new Random(seed)));
    }

    /** Runs one seed; null when no wrong data was given. */
    public static @Nullable String broken(long seed) {
        try {
            new RotSimulation(seed).run();
            return null;
        } catch (StoreException | RuntimeException | Error e) {
            return Simulator.describe(seed, e);
        }
    }

    /** What became of a damaged disk. */
    enum Outcome {
        REFUSED,
        LOST_BLOCKS,
        WHOLE
    }

    Outcome run() throws StoreException {
        machine.open();
        int blocks = 4096 + 8 * random.nextInt(512);
        VolumeId id = new VolumeId(new UUID(seed, 1));
        Volume volume =
                machine.await("the new volume", machine.pool().create(new VolumeSpec(id, blocks, WritePolicy.DURABLE)));
        Workload load = new Workload(
                clock,
                new VolumeOracle(1, blocks, false, clock.tick()),
                volume,
                random,
                machine.setup().mostBytes());
        int steps = 30 + random.nextInt(200);
        for (int i = 0; i < steps; i++) {
            if (i == steps / 2) {
                older = machine.medium().bytes().clone();
            }
            load.step();
            machine.run(random.nextInt(40));
        }
        quiesce();
        // Its header says that all before it was acknowledged.
        load.write(0, 8, true);
        quiesce();
        closed = random.nextInt(3) == 0;
        if (closed) {
            machine.close();
        } else {
            machine.crash(Tear.LOST);
        }
        clock.crashed();
        damage();
        return judge(load.oracle(), id);
    }

    private void quiesce() {
        while (clock.underWay() > 0) {
            if (!machine.loop().runOne()) {
                throw new SimProblem("stuck: " + clock.underWay() + " operations never end");
            }
        }
    }

    // damage

    private void damage() {
        int kind = random.nextInt(6);
        // Two equal foreign superblocks are a quorum: more than one fault.
        int times = kind == 4 ? 1 : 1 + random.nextInt(4);
        clock.note("damage of kind " + kind + ", " + times + " times, pool " + (closed ? "closed" : "crashed"));
        for (int i = 0; i < times; i++) {
            switch (kind) {
                case 0 -> flip(place());
                case 1 -> swap(place(), place());
                case 2 -> copy(older, place());
                case 3 -> wipe(place());
                case 5 -> garble(place());
                default -> misdirectSuperblock();
            }
        }
    }

    /** A sector of what was ever written, apart from the newest batch. */
    private int place() {
        byte[] bytes = machine.medium().bytes();
        int sectors = bytes.length / SimMedium.SECTOR;
        while (true) {
            int at = random.nextInt(sectors) * SimMedium.SECTOR;
            boolean newest = !closed && machine.medium().isNewest(at);
            if (!newest && !isZero(bytes, at)) {
                clock.note("at " + at);
                return at;
            }
        }
    }

    private static boolean isZero(byte[] bytes, int at) {
        for (int i = at; i < at + SimMedium.SECTOR; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private void flip(int at) {
        machine.medium().bytes()[at + random.nextInt(SimMedium.SECTOR)] ^= (byte) (1 << random.nextInt(8));
    }

    private void swap(int one, int other) {
        byte[] bytes = machine.medium().bytes();
        byte[] kept = Arrays.copyOfRange(bytes, one, one + SimMedium.SECTOR);
        System.arraycopy(bytes, other, bytes, one, SimMedium.SECTOR);
        System.arraycopy(kept, 0, bytes, other, SimMedium.SECTOR);
    }

    /** A lost write: the place holds what it held before. A header that never came is what makes a place free. */
    private void copy(byte[] from, int at) {
        int block = at / 4096 * 4096;
        if (machine.medium().isHeader(block) && isZero(from, block)) {
            return;
        }
        if (closed || !machine.medium().isNewest(block)) {
            System.arraycopy(from, block, machine.medium().bytes(), block, 4096);
        }
    }

    private void wipe(int at) {
        Arrays.fill(machine.medium().bytes(), at, at + SimMedium.SECTOR, (byte) 0);
    }

    /** The whole block of 4 KiB is garbage, as when a sector of that size is lost: with both copies of a segment header. */
    private void garble(int at) {
        int block = at / 4096 * 4096;
        byte[] garbage = new byte[4096];
        random.nextBytes(garbage);
        System.arraycopy(garbage, 0, machine.medium().bytes(), block, garbage.length);
    }

    /** A write meant for another pool's disk has hit one copy of this one's superblock. */
    private void misdirectSuperblock() {
        try {
            SimPool other = new SimPool(new Random(seed + 1), machine.setup());
            other.open();
            other.crash(Tear.LOST);
            other.open();
            other.close();
            other.open();
            other.close();
            System.arraycopy(other.medium().bytes(), 0, machine.medium().bytes(), 4096 * random.nextInt(2), 4096);
        } catch (StoreException e) {
            throw new IllegalStateException(e);
        }
    }

    // judgement

    private Outcome judge(VolumeOracle oracle, VolumeId id) {
        try {
            machine.open();
        } catch (StoreException refused) {
            return Outcome.REFUSED;
        }
        Volume volume = machine.pool()
                .volume(id)
                .orElseThrow(() -> new SimProblem("the pool opened without its volume, which was acknowledged"));
        int lost = 0;
        for (int lba = 0; lba < oracle.blocks(); lba += CHUNK) {
            int count = Math.min(CHUNK, oracle.blocks() - lba);
            ByteBuffer bytes = ByteBuffer.allocateDirect(count * Content.SECTOR);
            CompletableFuture<EngineStatus> answer = new CompletableFuture<>();
            volume.read(lba, bytes, (status, detail) -> answer.complete(status));
            EngineStatus status = machine.await("a read", answer);
            if (status == EngineStatus.OK) {
                oracle.read(lba, bytes, oracle.possible(lba, count), clock.tick());
            } else if (status == EngineStatus.MEDIUM_ERROR) {
                lost++;
            } else {
                throw new SimProblem("a read of rotten data ended with " + status);
            }
        }
        try {
            machine.await("the check", machine.pool().check());
        } catch (CompletionException e) {
            throw new SimProblem("the check does not end on rotten data: " + e.getCause());
        }
        return lost > 0 ? Outcome.LOST_BLOCKS : Outcome.WHOLE;
    }
}
