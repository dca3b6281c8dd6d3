package dev.sandstone.engine.sim;

import dev.sandstone.engine.log.LogScanner;
import dev.sandstone.engine.log.RecordDescriptor;
import dev.sandstone.engine.log.RecordType;
import dev.sandstone.engine.meta.ModelMetadataStore;
import dev.sandstone.engine.store.SegmentHeader;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.BlockRange;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Pool;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Short sequences of steps on a prepared pool, for tests that try every point of failure: the same machine each time,
 * so that a point is a number.
 */
final class Script {
    private static final int BLOCKS = 2304;
    private static final int WRITTEN = 64;
    /** Where nobody writes but who fills segments, so much at a time. */
    private static final int FILLER = 256;

    private static final int FILLER_SECTORS = 2048;
    private static final int MOST_FILLERS = 12;
    private static final int CLEANING_TASKS = 400;
    /** Always short of room: a sealed segment with garbage is cleaned at once, the one that a preparation left too. */
    private static final SimSetup SETUP = SimSetup.fixed();

    private static final long FIRST = 1;
    private static final SnapshotId SNAPSHOT = new SnapshotId(new UUID(8, 1));
    private static final VolumeId ID = new VolumeId(new UUID(7, 1));
    private static final VolumeId OTHER = new VolumeId(new UUID(6, 1));

    /** What a sequence is made of. */
    enum Step {
        WRITE_4K,
        WRITE_1M,
        WRITE_OVERLAPPING,
        WRITE_PART_OF_BLOCK,
        UNMAP,
        WRITE_ZEROS,
        COMPARE_AND_WRITE,
        FOLD,
        SNAPSHOT,
        DELETE_SNAPSHOT,
        CLONE,
        ROLLBACK,
        DETACH,
        COPY_BY_REFERENCE,
        CLEAN
    }

    /** How a sequence ended. */
    enum Outcome {
        /** The fault came and everything was kept. */
        KEPT,
        /** The sequence was over before the fault came. */
        OVER
    }

    private final SimMedium medium;
    private final ModelMetadataStore metadata;

    /** A volume with some blocks written, a snapshot of it, and another volume that shows the same blocks. */
    Script() throws StoreException {
        SimPool machine = new SimPool(new Random(1), SETUP);
        machine.open();
        Volume volume =
                machine.await("the new volume", machine.pool().create(new VolumeSpec(ID, BLOCKS, WritePolicy.DURABLE)));
        CompletableFuture<EngineStatus> written = new CompletableFuture<>();
        volume.write(0, Content.of(FIRST, 0, WRITTEN), false, (status, detail) -> written.complete(status));
        machine.await("the first write", written);
        Volume other = machine.await(
                "the other volume", machine.pool().create(new VolumeSpec(OTHER, WRITTEN, WritePolicy.DURABLE)));
        CompletableFuture<Long> shared = new CompletableFuture<>();
        other.share(volume, 0, new BlockRange(0, WRITTEN), (status, detail) -> shared.complete(detail));
        if (machine.await("the first copy", shared) != WRITTEN) {
            throw new IllegalStateException("the copy was not made");
        }
        machine.await(
                "the first snapshot", machine.pool().timeline().take(List.of(new Timeline.SnapshotSpec(SNAPSHOT, ID))));
        machine.close();
        medium = machine.medium();
        metadata = machine.metadata();
    }

    /** One try: the pool as it was prepared, and a fault to come. */
    final class Try implements TimeLoad.Host {
        private final SimPool machine = new SimPool(new Random(2), SETUP, new SimMedium(medium), metadata.crash(0));
        private final Workload.Clock clock = new Workload.Clock();
        private final Random choices = new Random(3);
        private final Map<VolumeId, Workload> volumes = new LinkedHashMap<>();
        private final TimeLoad time = new TimeLoad(this, choices, 7);
        private int tags;

        Try() throws StoreException {
            machine.open();
            long first = clock.operation();
            found(ID, BLOCKS, first);
            time.found(SNAPSHOT, ID);
            found(OTHER, WRITTEN, first);
        }

        private void found(VolumeId id, int blocks, long written) {
            long[] content = new long[blocks];
            Arrays.fill(content, 0, WRITTEN, written);
            Volume volume = machine.pool().volume(id).orElseThrow();
            adopt(new VolumeOracle(nextTag(), content, false, clock.tick()), volume);
        }

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
            volumes.put(volume.id(), new Workload(clock, oracle, volume, choices, 1 << 20));
        }

        @Override
        public int nextTag() {
            return ++tags;
        }

        @Override
        public <T extends @Nullable Object> T await(String what, CompletionStage<T> stage) {
            return machine.await(what, stage);
        }

        /** How many changes were made, before the steps too. */
        long operations() {
            return clock.operations();
        }

        SimFaults faults() {
            return machine.faults();
        }

        /** Runs all steps, then loses power, opens and judges; answers how many writes to the disk the steps took. */
        long ending(List<Step> steps, Tear tear) throws StoreException {
            long before = faults().writes();
            steps(steps);
            long writes = faults().writes() - before;
            reopen(tear);
            return writes;
        }

        /** Runs the steps until power is lost; then opens and judges. */
        Outcome crashing(List<Step> steps, long write, Tear tear) throws StoreException {
            faults().crashAtWrite(write);
            Outcome outcome = Outcome.OVER;
            try {
                steps(steps);
            } catch (SimCrash lost) {
                outcome = Outcome.KEPT;
            }
            faults().none();
            reopen(tear);
            return outcome;
        }

        /** Runs the steps on a disk that was told to fail; then loses power, opens and judges. */
        void failing(List<Step> steps) throws StoreException {
            clock.ioErrorsExpected(true, true);
            try {
                steps(steps);
            } catch (CompletionException failed) {
                // A fold that failed with the disk.
            }
            faults().none();
            reopen(Tear.ANY);
        }

        /** How many records of this type are in the log after the steps, in segments that are there. */
        long records(List<Step> steps, RecordType type) throws StoreException {
            steps(steps);
            long found = 0;
            for (SegmentHeader header : machine.store().segments()) {
                List<RecordDescriptor> records = LogScanner.records(machine.store(), header);
                if (records != null) {
                    found += records.stream()
                            .filter(record -> record.type() == type)
                            .count();
                }
            }
            return found;
        }

        private void steps(List<Step> steps) {
            Workload load = Objects.requireNonNull(volumes.get(ID));
            load.write(0, WRITTEN, false);
            for (Step step : steps) {
                quiesce();
                start(load, step);
            }
            quiesce();
        }

        private void start(Workload load, Step step) {
            TimeLoad.Taken oldest = time.oldest();
            switch (step) {
                case WRITE_4K -> load.write(8, 8, false);
                case WRITE_1M -> load.write(0, 2048, false);
                case WRITE_OVERLAPPING -> {
                    load.write(0, 24, false);
                    load.write(16, 24, true);
                }
                case WRITE_PART_OF_BLOCK -> load.write(3, 11, false);
                case UNMAP -> load.unmap(4, 36);
                case WRITE_ZEROS -> load.zero(8, 24);
                case COMPARE_AND_WRITE -> load.compare(9, 8);
                case FOLD -> machine.await("a fold", machine.pool().usage());
                case SNAPSHOT -> time.take(List.of(ID));
                case DETACH ->
                    volumes.values().stream()
                            .filter(one -> one.oracle().tag() > 2)
                            .reduce((older, newer) -> newer)
                            .ifPresent(time::detach);
                case COPY_BY_REFERENCE -> {
                    Workload other = Objects.requireNonNull(volumes.get(OTHER));
                    other.share(load, 16, 16);
                    quiesce();
                    // What is being cleaned just then lends nothing.
                    machine.run(CLEANING_TASKS);
                    load.share(other, 40, 16);
                }
                case CLEAN -> clean(load);
                case CLONE -> time.cloneOf(ID, null, WritePolicy.DURABLE);
                case DELETE_SNAPSHOT -> {
                    if (oldest != null) {
                        time.delete(List.of(oldest));
                    }
                }
                case ROLLBACK -> {
                    if (oldest != null) {
                        time.goBackTo(oldest);
                    }
                }
            }
        }

        /** Fills segments until all that are there now, the one that is open too, have been emptied and given back. */
        private void clean(Workload load) {
            Set<Long> before = segments();
            for (int i = 0; i < MOST_FILLERS && segments().stream().anyMatch(before::contains); i++) {
                load.write(FILLER, FILLER_SECTORS, false);
                quiesce();
                machine.run(CLEANING_TASKS);
            }
        }

        private Set<Long> segments() {
            return machine.store().segments().stream().map(SegmentHeader::id).collect(Collectors.toSet());
        }

        @Override
        public long wallClockMicros() {
            return machine.loop().wallClockMicros();
        }

        @Override
        public void quiesce() {
            while (clock.underWay() > 0) {
                if (!machine.loop().runOne()) {
                    throw new SimProblem("stuck: " + clock.underWay() + " operations never end");
                }
            }
        }

        private void reopen(Tear tear) throws StoreException {
            machine.crash(tear);
            time.crashed();
            clock.crashed();
            machine.open();
            new Aftermath(this, time, new AdminLoad(this, time, choices, 7)).judge();
        }
    }
}
