package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.Volume;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The Nth write, read or allocation of either disk of two fails, for every N of a load: nobody is told, nothing is lost. */
class MirrorNthIoFailsTest {
    private static final int BLOCKS = 4096;
    private static final VolumeId ID = new VolumeId(new UUID(7, 1));

    @Test
    void everyWriteThatFails() throws StoreException {
        everyNth(SimFaults::failWriteAt);
    }

    @Test
    void everyReadThatFails() throws StoreException {
        everyNth(SimFaults::failReadAt);
    }

    @Test
    void everyAllocationForWhichTheFileSystemIsFull() throws StoreException {
        everyNth(SimFaults::failAllocateAt);
    }

    @Test
    void everyMomentAtWhichADiskDies() throws StoreException {
        everyNth(SimFaults::dieAfter);
    }

    private interface Fault {
        void at(SimFaults faults, long number);
    }

    private static void everyNth(Fault fault) throws StoreException {
        SimMirror prepared = prepared();
        long tried = 0;
        for (String disk : prepared.names()) {
            boolean reached = true;
            for (long number = 0; reached; number++) {
                Try attempt = new Try(prepared);
                try {
                    reached = attempt.run(disk, fault, number);
                } catch (SimProblem problem) {
                    throw new AssertionError("when number " + number + " of " + disk + " fails", problem);
                }
                tried++;
            }
        }
        System.out.println("failed one by one on a mirror: " + (tried - 2));
        assertThat(tried).isGreaterThan(2);
    }

    private static SimMirror prepared() throws StoreException {
        SimMirror machine = new SimMirror(new Random(1), SimSetup.fixed(), 2);
        machine.open(List.of());
        machine.await("the new volume", machine.pool().create(new VolumeSpec(ID, BLOCKS, WritePolicy.DURABLE)));
        machine.close();
        return machine;
    }

    /** One try: the pool as it was prepared, and a fault to come. */
    private static final class Try {
        private final SimMirror machine;
        private final Workload.Clock clock = new Workload.Clock();
        private final VolumeOracle oracle = new VolumeOracle(1, BLOCKS, false, clock.tick());

        Try(SimMirror prepared) {
            machine = new SimMirror(new Random(2), prepared);
        }

        /** Whether the fault came. */
        boolean run(String disk, Fault fault, long number) throws StoreException {
            machine.open(List.of());
            fault.at(machine.faults(disk), number);
            steps();
            boolean reached = machine.faults(disk).failures() > 0;
            machine.calm();
            machine.crash(Tear.ANY);
            clock.crashed();
            machine.open(List.of());
            verify();
            return reached;
        }

        private void steps() {
            Workload load =
                    new Workload(clock, oracle, machine.pool().volume(ID).orElseThrow(), new Random(3), 1 << 20);
            load.write(0, 64, false);
            load.write(0, 2048, false);
            quiesce();
            load.write(0, 24, false);
            load.write(16, 24, true);
            quiesce();
            load.write(3, 11, false);
            load.unmap(4, 36);
            quiesce();
            load.zero(8, 24);
            load.compare(9, 8);
            quiesce();
            load.read(0, 2000);
            machine.await("a fold", machine.pool().usage());
            quiesce();
        }

        private void quiesce() {
            while (clock.underWay() > 0) {
                if (!machine.loop().runOne()) {
                    throw new SimProblem("stuck: " + clock.underWay() + " operations never end");
                }
            }
        }

        private void verify() {
            List<String> problems = machine.await("the check", machine.pool().check());
            if (!problems.isEmpty()) {
                throw new SimProblem("the verifier says: " + problems);
            }
            Volume volume = machine.pool().volume(ID).orElseThrow(() -> new SimProblem("the volume is gone"));
            ByteBuffer bytes = ByteBuffer.allocateDirect(BLOCKS * Content.SECTOR);
            CompletableFuture<String> answer = new CompletableFuture<>();
            volume.read(0, bytes, (status, detail) -> answer.complete(status.name()));
            String status = machine.await("a read", answer);
            if (!"OK".equals(status)) {
                throw new SimProblem("a read ends with " + status);
            }
            oracle.recovered(bytes, clock.tick());
        }
    }
}
