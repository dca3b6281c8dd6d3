package dev.sandstone.engine.sim;

import dev.sandstone.engine.meta.ModelMetadataStore;
import dev.sandstone.engine.store.StoreException;
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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Short sequences of steps on a prepared pool, for tests that try every point of failure: the same machine each time,
 * so that a point is a number.
 */
final class Script {
    private static final int BLOCKS = 2304;
    private static final int WRITTEN = 64;
    private static final long FIRST = 1;
    private static final SnapshotId SNAPSHOT = new SnapshotId(new UUID(8, 1));
    private static final VolumeId ID = new VolumeId(new UUID(7, 1));

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
        ROLLBACK
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

    /** A volume with some blocks written, and a snapshot of it. */
    Script() throws StoreException {
        SimPool machine = new SimPool(new Random(1), SimSetup.fixed());
        machine.open();
        Volume volume =
                machine.await("the new volume", machine.pool().create(new VolumeSpec(ID, BLOCKS, WritePolicy.DURABLE)));
        CompletableFuture<EngineStatus> written = new CompletableFuture<>();
        volume.write(0, Content.of(FIRST, 0, WRITTEN), false, (status, detail) -> written.complete(status));
        machine.await("the first write", written);
        machine.await(
                "the first snapshot", machine.pool().timeline().take(List.of(new Timeline.SnapshotSpec(SNAPSHOT, ID))));
        machine.close();
        medium = machine.medium();
        metadata = machine.metadata();
    }

    /** One try: the pool as it was prepared, and a fault to come. */
    final class Try implements TimeLoad.Host {
        private final SimPool machine =
                new SimPool(new Random(2), SimSetup.fixed(), new SimMedium(medium), metadata.crash(0));
        private final Workload.Clock clock = new Workload.Clock();
        private final Random choices = new Random(3);
        private final Map<VolumeId, Workload> volumes = new LinkedHashMap<>();
        private final TimeLoad time = new TimeLoad(this, choices, 7);
        private int tags = 1;

        Try() throws StoreException {
            machine.open();
            long[] content = new long[BLOCKS];
            Arrays.fill(content, 0, WRITTEN, clock.operation());
            Volume volume = machine.pool().volume(ID).orElseThrow();
            adopt(new VolumeOracle(tags, content, false, clock.tick()), volume);
            time.found(SNAPSHOT, ID);
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
