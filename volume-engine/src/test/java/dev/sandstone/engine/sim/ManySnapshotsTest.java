package dev.sandstone.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.store.StoreException;
import dev.sandstone.engine.volume.Snapshot;
import dev.sandstone.engine.volume.SnapshotId;
import dev.sandstone.engine.volume.Timeline;
import dev.sandstone.engine.volume.VolumeId;
import dev.sandstone.engine.volume.VolumeSpec;
import dev.sandstone.engine.volume.WritePolicy;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What a snapshot costs does not grow with how many there are. All of the machine runs on this thread, which counts. */
class ManySnapshotsTest {
    private static final int FEW = 100;
    private static final int MANY = 6000;
    private static final VolumeId ID = new VolumeId(new UUID(1, 1));

    private final Random random = new Random(1);
    private final SimPool machine;
    private final List<SnapshotId> there = new ArrayList<>();
    private long names;

    ManySnapshotsTest() throws StoreException {
        machine = new SimPool(random, SimSetup.fixed());
    }

    @Test
    void eachCostsTheSame() throws StoreException {
        machine.open();
        machine.await("a volume", machine.pool().create(new VolumeSpec(ID, 1024, WritePolicy.DURABLE)));
        bytes(FEW, this::take);
        long taking = bytes(FEW, this::take);
        long deleting = bytes(FEW, () -> delete(random.nextInt(there.size())));
        while (there.size() < MANY) {
            take();
        }
        assertThat(bytes(FEW, this::take)).as("taking").isLessThan(2 * taking);
        assertThat(bytes(FEW, () -> delete(0))).as("deleting the oldest").isLessThan(2 * deleting);
        assertThat(bytes(FEW, () -> delete(random.nextInt(there.size()))))
                .as("deleting any")
                .isLessThan(2 * deleting);
        assertThat(machine.pool().timeline().snapshots())
                .extracting(Snapshot::id)
                .containsExactlyElementsOf(there);
        machine.close();
        machine.open();
        assertThat(machine.pool().timeline().snapshots())
                .extracting(Snapshot::id)
                .containsExactlyElementsOf(there);
        assertThat(machine.await("the check", machine.pool().check())).isEmpty();
        machine.close();
    }

    /** Bytes that some steps allocate. */
    private long bytes(int steps, Runnable step) {
        long before = allocated();
        for (int i = 0; i < steps; i++) {
            step.run();
        }
        return allocated() - before;
    }

    /** Bytes that this thread has allocated. */
    private static long allocated() {
        try {
            return (long) ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME), "CurrentThreadAllocatedBytes");
        } catch (JMException absent) {
            throw new AssertionError(absent);
        }
    }

    private void take() {
        SnapshotId id = new SnapshotId(new UUID(2, ++names));
        machine.await("a snapshot", machine.pool().timeline().take(List.of(new Timeline.SnapshotSpec(id, ID))));
        assertThat(machine.pool().timeline().snapshot(id).orElseThrow().volume())
                .isEqualTo(ID);
        there.add(id);
    }

    private void delete(int which) {
        SnapshotId id = there.remove(which);
        machine.await("its end", machine.pool().timeline().delete(List.of(id)));
        assertThat(machine.pool().timeline().snapshot(id)).isEmpty();
    }
}
