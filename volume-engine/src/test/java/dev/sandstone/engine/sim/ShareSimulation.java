package dev.sandstone.engine.sim;

import dev.sandstone.engine.log.LogScanner;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.EngineException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Moment;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Copies by reference on a simulated machine: writes, UNMAPs, snapshots, going back and shares on a pool so small that it
 * cleans all the time, with losses of power in between. Operations under way at once touch different blocks, but for those
 * of a {@link ShareChain}, so what each block holds is known exactly; after a loss of power those under way may have happened
 * block by block.
 */
public final class ShareSimulation {
    private static final int BLOCK = 4096;
    private static final int SECTORS = 8;
    private static final int BLOCKS = 192;
    private static final int VOLUMES = 3;
    private static final int LIVES = 4;
    private static final int STEPS = 250;
    private static final int MOST = 48;
    /** A larger write may be refused in part. */
    private static final int MOST_ATOMIC = 16;

    private static final int DEPTH = 4;

    private final Random random;
    private final SimPool machine;
    private final Subject[] subjects = new Subject[VOLUMES];
    private long stamps;
    private long shared;
    private long chained;
    private final Set<Long> led = new HashSet<>();
    private final List<ShareChain> chains = new ArrayList<>();
    private int underWay;

    /** A volume and what its blocks hold: the number of the write that made them, 0 for zeros. */
    static final class Subject {
        private final VolumeId id;
        final long[] now = new long[BLOCKS];
        /** What a change under way makes of a block; only where {@link #busy}. */
        final long[] next = new long[BLOCKS];

        /** What they hold after a restart. */
        final long[] found = new long[BLOCKS];

        final BitSet busy = new BitSet();
        private final int[] readers = new int[BLOCKS];
        private @Nullable SnapshotId snapshot;
        private long[] kept = {};

        Subject(VolumeId id) {
            this.id = id;
        }

        boolean isFree(int from, int count) {
            return isReadable(from, count)
                    && Arrays.stream(readers, from, from + count).sum() == 0;
        }

        void reading(int from, int count, int more) {
            for (int i = from; i < from + count; i++) {
                readers[i] += more;
            }
        }

        boolean isReadable(int from, int count) {
            return busy.get(from, from + count).isEmpty();
        }
    }

    private ShareSimulation(long seed) throws StoreException {
        random = new Random(seed);
        machine = new SimPool(random, SimSetup.seeded(random));
        for (int i = 0; i < VOLUMES; i++) {
            subjects[i] = new Subject(new VolumeId(new UUID(seed, i + 1)));
        }
    }

    /** Runs one seed; null when every promise was kept, else what was broken. */
    public static @Nullable String broken(long seed) {
        try {
            new ShareSimulation(seed).run();
            return null;
        } catch (StoreException | RuntimeException | Error e) {
            return Simulator.describe(seed, e);
        }
    }

    /**
     * What a run did.
     *
     * @param shared blocks
     * @param chained of these, by copies one behind the other
     * @param led records by which those who show blocks followed them out of a segment that was cleaned
     */
    record Report(long shared, long chained, long led) {}

    /** Runs one seed. */
    static Report run(long seed) throws StoreException {
        ShareSimulation simulation = new ShareSimulation(seed);
        simulation.run();
        return new Report(simulation.shared, simulation.chained, simulation.led.size());
    }

    private void run() throws StoreException {
        for (int life = 0; life < LIVES; life++) {
            machine.open();
            if (life == 0) {
                for (Subject subject : subjects) {
                    VolumeSpec spec = new VolumeSpec(subject.id, BLOCKS * SECTORS, WritePolicy.DURABLE);
                    machine.await("a volume", machine.pool().create(spec));
                }
            }
            verify();
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            look();
            if (life < LIVES - 1 && random.nextInt(4) > 0) {
                machine.crash(Tear.random(random));
                settleAfterCrash();
            } else {
                drain();
                verify();
                machine.close();
            }
        }
    }

    /** Which references cleaning has led elsewhere, as the log says. */
    private void look() throws StoreException {
        for (SegmentHeader header : machine.store().segments()) {
            List<RecordDescriptor> records = LogScanner.records(machine.store(), header);
            for (RecordDescriptor record : records == null ? List.<RecordDescriptor>of() : records) {
                if (record.type() == RecordType.RELOCREF) {
                    led.add(record.lsn());
                }
            }
        }
    }

    private Volume volume(Subject subject) {
        return machine.pool().volume(subject.id).orElseThrow();
    }

    private void step() {
        while (underWay >= DEPTH) {
            machine.run(1);
        }
        Subject to = subjects[random.nextInt(VOLUMES)];
        int count = 1 + random.nextInt(random.nextInt(3) == 0 ? MOST : 6);
        int at = random.nextInt(BLOCKS - count + 1);
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4 -> write(to, at, Math.min(count, MOST_ATOMIC));
            case 5 -> unmap(to, at, count);
            case 6 -> moment(to);
            case 7 -> check(to, at, count);
            case 8, 9 -> chain(to, at, count, subjects[random.nextInt(VOLUMES)]);
            default -> share(subjects[random.nextInt(VOLUMES)], random.nextInt(BLOCKS - count + 1), to, at, count);
        }
        machine.run(random.nextInt(12));
    }

    private void drain() {
        while (underWay > 0) {
            if (!machine.run(1)) {
                throw new SimProblem("stuck with " + underWay + " operations under way");
            }
        }
    }

    private void begin(Subject subject, int at, int count) {
        subject.busy.set(at, at + count);
        underWay++;
    }

    private void ended(Subject subject, int at, int count, int changed) {
        System.arraycopy(subject.next, at, subject.now, at, changed);
        subject.busy.clear(at, at + count);
        underWay--;
    }

    private static int changed(EngineStatus status, int count) {
        return switch (status) {
            case OK -> count;
            case BUSY, SPACE_EXHAUSTED -> 0;
            default -> throw new SimProblem("a change ended with " + status);
        };
    }

    private void write(Subject to, int at, int count) {
        if (!to.isFree(at, count)) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(count * BLOCK);
        for (int i = 0; i < count; i++) {
            to.next[at + i] = ++stamps;
            while (bytes.position() < (i + 1) * BLOCK) {
                bytes.putLong(stamps);
            }
        }
        begin(to, at, count);
        volume(to).write((long) at * SECTORS, bytes.flip(), false, (status, detail) -> {
            ended(to, at, count, changed(status, count));
        });
    }

    private void unmap(Subject to, int at, int count) {
        if (!to.isFree(at, count)) {
            return;
        }
        Arrays.fill(to.next, at, at + count, 0);
        begin(to, at, count);
        List<BlockRange> range = List.of(new BlockRange((long) at * SECTORS, (long) count * SECTORS));
        volume(to).unmap(range, (status, detail) -> ended(to, at, count, changed(status, count)));
    }

    private void share(Subject from, int first, Subject to, int at, int count) {
        boolean apart = !from.equals(to) || Math.abs(first - at) >= count;
        if (!apart || !to.isFree(at, count) || !from.isReadable(first, count)) {
            return;
        }
        System.arraycopy(from.now, first, to.next, at, count);
        from.reading(first, count, 1);
        begin(to, at, count);
        BlockRange range = new BlockRange((long) at * SECTORS, (long) count * SECTORS);
        volume(to).share(volume(from), (long) first * SECTORS, range, (status, detail) -> {
            int done = changed(status, (int) detail / SECTORS);
            if (done > count) {
                throw new SimProblem("more was shared than asked for");
            }
            shared += done;
            from.reading(first, count, -1);
            ended(to, at, count, done);
        });
    }

    private void chain(Subject one, int at, int count, Subject other) {
        int more = 1 + random.nextInt(MOST);
        int from = random.nextInt(BLOCKS - more + 1);
        boolean apart = !one.equals(other) || from + more <= at || at + count <= from;
        if (!apart || !one.isFree(at, count) || !other.isFree(from, more)) {
            return;
        }
        ShareChain[] self = new ShareChain[1];
        self[0] = new ShareChain(
                random,
                this::volume,
                new ShareChain.Ground(one, at, count),
                new ShareChain.Ground(other, from, more),
                () -> chained(self[0]));
        chains.add(self[0]);
        underWay++;
        self[0].start();
    }

    private void chained(ShareChain chain) {
        chains.remove(chain);
        shared += chain.shared();
        chained += chain.shared();
        underWay--;
    }

    /** Everything stands still for what concerns a whole volume. */
    private void moment(Subject of) {
        drain();
        Timeline timeline = machine.pool().timeline();
        SnapshotId old = of.snapshot;
        SnapshotId id = new SnapshotId(new UUID(random.nextLong(), ++stamps));
        if (old == null) {
            if (kept("a snapshot", timeline.take(List.of(new Timeline.SnapshotSpec(id, of.id))))) {
                of.snapshot = id;
                of.kept = of.now.clone();
            }
            return;
        }
        if (random.nextBoolean()) {
            Timeline.RollbackSpec back = new Timeline.RollbackSpec(of.id, new Moment.Of(old), id);
            if (!kept("going back", timeline.rollback(List.of(back)))) {
                return;
            }
            long[] then = of.kept;
            of.kept = of.now.clone();
            System.arraycopy(then, 0, of.now, 0, BLOCKS);
            // The undo snapshot takes the place of the one that was gone back to.
            of.snapshot = id;
        } else {
            of.snapshot = null;
        }
        machine.await("a deletion", timeline.delete(List.of(old)));
    }

    /** A full pool refuses what keeps data, as it refuses writes. */
    private boolean kept(String what, CompletionStage<?> stage) {
        try {
            machine.await(what, stage);
            return true;
        } catch (CompletionException refused) {
            boolean full = refused.getCause() instanceof EngineException why && TimeLoad.refused(why.status());
            if (!full) {
                throw refused;
            }
            return false;
        }
    }

    private void check(Subject of, int at, int count) {
        if (of.isReadable(at, count)) {
            long[] expected = Arrays.copyOfRange(of.now, at, at + count);
            ByteBuffer bytes = ByteBuffer.allocateDirect(count * BLOCK);
            of.reading(at, count, 1);
            underWay++;
            volume(of).read((long) at * SECTORS, bytes, (status, detail) -> {
                underWay--;
                of.reading(at, count, -1);
                if (status == EngineStatus.OK) {
                    compare("block", bytes, at, expected);
                } else if (status != EngineStatus.BUSY) {
                    throw new SimProblem("a read ended with " + status);
                }
            });
        }
    }

    private static void compare(String what, ByteBuffer bytes, int at, long[] expected) {
        for (int i = 0; i < expected.length; i++) {
            long found = stamp(bytes, i);
            if (found != expected[i]) {
                throw new SimProblem(what + " " + (at + i) + " holds " + found + ", not " + expected[i]);
            }
        }
    }

    /** What all of a block says. */
    private static long stamp(ByteBuffer bytes, int block) {
        long first = bytes.getLong(block * BLOCK);
        for (int at = block * BLOCK; at < (block + 1) * BLOCK; at += Long.BYTES) {
            if (bytes.getLong(at) != first) {
                throw new SimProblem("block " + block + " of a read is not whole");
            }
        }
        return first;
    }

    /** Nothing is under way any more; what it would have made of its blocks may be there. */
    private void settleAfterCrash() {
        underWay = 0;
        for (Subject subject : subjects) {
            Arrays.fill(subject.readers, 0);
        }
    }

    private void verify() {
        List<String> problems =
                new ArrayList<>(machine.await("a check", machine.pool().check()));
        if (!problems.isEmpty()) {
            throw new SimProblem("the verifier says: " + problems);
        }
        for (Subject subject : subjects) {
            ByteBuffer all = all(volume(subject));
            Arrays.setAll(subject.found, i -> stamp(all, i));
        }
        chains.forEach(ShareChain::crashed);
        chains.clear();
        for (Subject subject : subjects) {
            for (int i = 0; i < BLOCKS; i++) {
                long found = subject.found[i];
                boolean may = found == subject.now[i] || (subject.busy.get(i) && found == subject.next[i]);
                if (!may) {
                    throw new SimProblem("volume " + subject.id + " block " + i + " holds " + found + ", not "
                            + subject.now[i] + (subject.busy.get(i) ? " or " + subject.next[i] : ""));
                }
                subject.now[i] = found;
            }
            subject.busy.clear();
            SnapshotId snapshot = subject.snapshot;
            if (snapshot != null) {
                Volume view = machine.await("a view", machine.pool().timeline().view(snapshot));
                compare("snapshot block", all(view), 0, subject.kept);
            }
        }
    }

    private ByteBuffer all(Volume volume) {
        ByteBuffer all = ByteBuffer.allocateDirect(BLOCKS * BLOCK);
        EngineStatus[] ended = {EngineStatus.BUSY};
        boolean[] done = {false};
        volume.read(0, all, (status, detail) -> {
            ended[0] = status;
            done[0] = true;
        });
        while (!done[0]) {
            if (!machine.run(1)) {
                throw new SimProblem("stuck: a read never ends");
            }
        }
        if (ended[0] != EngineStatus.OK) {
            throw new SimProblem("reading all of volume " + volume.id() + " ended with " + ended[0]);
        }
        return all;
    }
}
