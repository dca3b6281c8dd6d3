package dev.sandstone.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.log.LogWorld.TestRecord;
import dev.sandstone.engine.loop.StepLoop;
import dev.sandstone.engine.store.DiskStore;
import dev.sandstone.engine.store.FaultyDisk;
import dev.sandstone.engine.store.LogStream;
import dev.sandstone.engine.store.SegmentStore;
import dev.sandstone.engine.store.StoreException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The walk through a segment that is still written to, as the check of a pool at work does it. */
final class SegmentWalkTest {
    private static final int BATCHES = 3;

    private final FaultyDisk.Faults faults = new FaultyDisk.Faults();

    private static LogWorld world() throws StoreException {
        LogWorld world = new LogWorld(3, 4);
        for (int i = 0; i < BATCHES; i++) {
            world.append(LogStream.USER, TestRecord.data(world.random, 2));
            world.runAll();
        }
        return world;
    }

    /** A store on a copy of the disk, whose faults are at hand. */
    private SegmentStore open(LogWorld world) throws StoreException {
        StepLoop loop = new StepLoop();
        return DiskStore.open(world.disk.copy(loop, faults), loop, LogWorld.POOL);
    }

    private static List<Long> walk(SegmentStore store) throws StoreException {
        List<RecordDescriptor> found =
                LogScanner.records(store, store.segments().iterator().next());
        return found == null
                ? List.of()
                : found.stream().map(RecordDescriptor::lsn).toList();
    }

    @Test
    void whatWasNeverWrittenIsReadInLargePieces() throws StoreException {
        SegmentStore store = open(world());
        long before = faults.reads();
        assertThat(walk(store)).containsExactly(1L, 2L, 3L);
        assertThat(faults.reads() - before)
                .as("the trailer, each head, the rest")
                .isLessThanOrEqualTo(1 + BATCHES + 2);
    }

    @Test
    void aReadThatFailsChangesNothing() throws StoreException {
        LogWorld world = world();
        long payload = Pointer.grain(world.records.get(1).pointer) * (long) Pointer.GRAIN_BYTES;
        world.disk.flip(LogWorld.FIRST_SLOT + payload - LogWorld.BLOCK, 1);
        SegmentStore store = open(world);
        long before = faults.reads();
        assertThat(walk(store)).as("the head of the second is lost").containsExactly(1L, 3L);
        long reads = faults.reads() - before;
        for (long failed = 1; failed <= reads; failed++) {
            faults.failReadAt = faults.reads() + failed;
            assertThat(walk(store)).as("read %d fails", failed).containsExactly(1L, 3L);
        }
    }
}
