package dev.sandstone.engine.sim;

import dev.sandstone.engine.meta.ModelMetadataStore;
import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Short sequences of steps on a prepared pool, for tests that try every point of failure: the same machine each time,
 * so that a point is a number.
 */
final class Script {
    private static final int BLOCKS = 8192;
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
        FOLD
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

    Script() throws StoreException {
        SimPool machine = new SimPool(new Random(1), SimSetup.fixed());
        machine.open();
        machine.await("the new volume", machine.pool().create(new VolumeSpec(ID, BLOCKS, WritePolicy.DURABLE)));
        machine.close();
        medium = machine.medium();
        metadata = machine.metadata();
    }

    /** One try: the pool as it was prepared, and a fault to come. */
    final class Try {
        private final SimPool machine =
                new SimPool(new Random(2), SimSetup.fixed(), new SimMedium(medium), metadata.crash(0));
        private final Workload.Clock clock = new Workload.Clock();
        private final VolumeOracle oracle = new VolumeOracle(1, BLOCKS, false, clock.tick());

        Try() throws StoreException {
            machine.open();
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
            Volume volume = machine.pool().volume(ID).orElseThrow();
            Workload load = new Workload(clock, oracle, volume, new Random(3), 1 << 20);
            load.write(0, 64, false);
            for (Step step : steps) {
                quiesce();
                start(load, step);
            }
            quiesce();
        }

        private void start(Workload load, Step step) {
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
            }
        }

        private void quiesce() {
            while (clock.underWay() > 0) {
                if (!machine.loop().runOne()) {
                    throw new SimProblem("stuck: " + clock.underWay() + " operations never end");
                }
            }
        }

        private void reopen(Tear tear) throws StoreException {
            machine.crash(tear);
            clock.crashed();
            machine.open();
            List<String> problems = machine.await("the check", machine.pool().check());
            if (!problems.isEmpty()) {
                throw new SimProblem("the verifier says: " + problems);
            }
            Volume volume = machine.pool().volume(ID).orElseThrow(() -> new SimProblem("the volume is gone"));
            ByteBuffer bytes = ByteBuffer.allocateDirect(BLOCKS * Content.SECTOR);
            CompletableFuture<EngineStatus> answer = new CompletableFuture<>();
            volume.read(0, bytes, (status, detail) -> answer.complete(status));
            EngineStatus status = machine.await("a read", answer);
            if (status != EngineStatus.OK) {
                throw new SimProblem("a read ends with " + status);
            }
            oracle.recovered(bytes, clock.tick());
        }
    }
}
