package dev.sandstone.copy.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.scsi.device.DeviceServer;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.NexusLoss;
import dev.sandstone.scsi.task.TaskFunction;
import dev.sandstone.scsi.task.TaskFunctionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever ends a copy is answered when it moves nothing any more. */
class CopyAbortTest {
    private final CopyBench bench = new CopyBench();
    private final DeviceServer a = bench.server();
    private final DeviceServer b = bench.server();
    private final HeapVolume destination = CopyBench.volume(b);
    private final Nexus nexus;

    CopyAbortTest() {
        bench.map("host", a, b);
        nexus = bench.open("host");
    }

    @BeforeEach
    void stopBeforeTheFirstWrite() {
        CopyBench.fill(a, new Random(1));
        destination.hold();
    }

    private CopyBench.Sent foreground() {
        return bench.copy1(nexus, 0, list());
    }

    private CopyBench.Sent background() {
        CopyBench.Sent sent = bench.copy4(nexus, 0, list().immediate());
        assertThat(sent.answer().end()).isEqualTo("GOOD");
        return sent;
    }

    private CopyList list() {
        return CopyList.between(a, b).segment(0, 0, 1, 0, 8192);
    }

    /** The two writes under way end; no others may follow. */
    private void writesEnd() {
        destination.takeJournal();
        destination.releaseAll();
        bench.loop().advance(1_000_000_000L);
        assertThat(destination.takeJournal()).isEmpty();
    }

    @Test
    void abortTask() {
        CopyBench.Sent sent = foreground();
        List<TaskFunctionResult> results = CopyBench.manage(nexus, TaskFunction.ABORT_TASK, 0, sent.tag());
        assertThat(results).isEmpty();
        writesEnd();
        assertThat(results).containsExactly(TaskFunctionResult.COMPLETE);
        assertThat(sent.answer().end()).isEqualTo("aborted");
        assertThat(bench.status4(nexus, 0, 1).dataIn()[5]).isEqualTo((byte) 0x60);
    }

    @Test
    void resetsEndAndForgetAllCopies() {
        for (TaskFunction function : List.of(TaskFunction.LOGICAL_UNIT_RESET, TaskFunction.TARGET_WARM_RESET)) {
            destination.hold();
            CopyBench.Sent sent = foreground();
            bench.copy4(nexus, 0, list().id(2).immediate());
            List<TaskFunctionResult> results = CopyBench.manage(nexus, function, 0, 0);
            assertThat(results).isEmpty();
            writesEnd();
            assertThat(results).containsExactly(TaskFunctionResult.COMPLETE);
            assertThat(sent.answer().end()).isEqualTo("aborted");
            bench.quiet(nexus, 0);
            assertThat(bench.status4(nexus, 0, 1).end()).isEqualTo("ILLEGAL_REQUEST/24/00");
            assertThat(bench.status4(nexus, 0, 2).end()).isEqualTo("ILLEGAL_REQUEST/24/00");
        }
    }

    @Test
    void clearTaskSetLeavesTheBackgroundAlone() {
        CopyBench.Sent sent = foreground();
        bench.copy4(nexus, 0, list().id(2).immediate());
        List<TaskFunctionResult> results = CopyBench.manage(nexus, TaskFunction.CLEAR_TASK_SET, 0, 0);
        destination.releaseAll();
        bench.loop().runAll();
        assertThat(results).containsExactly(TaskFunctionResult.COMPLETE);
        assertThat(sent.answer().end()).isEqualTo("aborted");
        assertThat(bench.status4(nexus, 0, 1).dataIn()[5]).isEqualTo((byte) 0x60);
        assertThat(bench.status4(nexus, 0, 2).dataIn()[5]).isEqualTo((byte) 0x01);
    }

    @Test
    void copyOperationAbortInTheForeground() {
        CopyBench.Sent sent = foreground();
        CopyBench.Sent abort = bench.start(nexus, 0, "83 1C 00000001");
        assertThat(abort.answer().end()).isEqualTo("none");
        writesEnd();
        assertThat(sent.answer().end()).isEqualTo("COPY_ABORTED/2F/02");
        assertThat(abort.answer().end()).isEqualTo("GOOD");
        assertThat(bench.send(nexus, 0, "83 1C 00000001").end()).isEqualTo("ILLEGAL_REQUEST/24/00");
    }

    @Test
    void copyOperationAbortInTheBackground() {
        background();
        CopyBench.Sent abort = bench.start(nexus, 0, "83 1C 00000001");
        assertThat(abort.answer().end()).isEqualTo("none");
        writesEnd();
        assertThat(abort.answer().end()).isEqualTo("GOOD");
        byte[] status = bench.status4(nexus, 0, 1).dataIn();
        assertThat(status[5]).isEqualTo((byte) 0x60);
        assertThat(status[12]).as("TASK ABORTED").isEqualTo((byte) 0x40);
    }

    /** SPC-4 5.12.11.2.6: what the preempted nexus began ends, its copies among it; their end can still be asked for. */
    @Test
    void preemptAndAbortEndsTheCopiesOfWhoIsPreempted() {
        Nexus other = bench.open("host");
        bench.reserve(other, 0, 5);
        assertThat(bench.send(nexus, 0, "5F 06 00 0000 00000018 00", CopyBench.keys(0, 9))
                        .end())
                .isEqualTo("GOOD");
        background();
        CopyBench.Sent sent = bench.copy4(nexus, 0, list().id(2));
        CopyBench.Sent own = bench.copy4(other, 0, list().id(3).immediate());
        assertThat(own.answer().end()).isEqualTo("GOOD");
        CopyBench.Sent preempt = bench.start(other, 0, "5F 05 05 0000 00000018 00", CopyBench.keys(7, 9));
        bench.loop().runAll();
        assertThat(preempt.answer().end()).as("while writes are under way").isEqualTo("none");
        destination.releaseAll();
        bench.loop().advance(1_000_000_000L);
        assertThat(preempt.answer().end()).isEqualTo("GOOD");
        assertThat(sent.answer().end()).isEqualTo("aborted");
        assertThat(bench.status4(other, 0, 3).dataIn()[5]).as("its own went on").isEqualTo((byte) 0x01);
        bench.quiet(nexus, 0);
        assertThat(bench.status4(nexus, 0, 1).dataIn()[5]).as("TERMINATED").isEqualTo((byte) 0x60);
        assertThat(bench.status4(nexus, 0, 2).dataIn()[5]).isEqualTo((byte) 0x60);
    }

    @Test
    void anotherNexusCannotAbortIt() {
        background();
        Nexus other = bench.open("host");
        assertThat(bench.send(other, 0, "83 1C 00000001").end()).isEqualTo("ILLEGAL_REQUEST/24/00");
        assertThat(bench.status4(other, 0, 1).end()).isEqualTo("ILLEGAL_REQUEST/24/00");
        destination.releaseAll();
        assertThat(bench.status4(nexus, 0, 1).dataIn()[5]).isEqualTo((byte) 0x01);
    }

    @Test
    void theEndOfTheNexusEndsItsCopies() {
        CopyBench.Sent sent = foreground();
        bench.copy4(nexus, 0, list().id(2).immediate());
        List<String> closed = new ArrayList<>();
        nexus.close(NexusLoss.CONNECTION_LOST, () -> closed.add("closed"));
        bench.loop().runAll();
        assertThat(closed).isEmpty();
        writesEnd();
        assertThat(closed).containsExactly("closed");
        assertThat(sent.answer().end()).isEqualTo("aborted");
    }
}
