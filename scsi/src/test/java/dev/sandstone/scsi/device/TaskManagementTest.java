package dev.sandstone.scsi.device;

import static dev.sandstone.scsi.device.DeviceBench.TEST_UNIT_READY;
import static dev.sandstone.scsi.device.DeviceBench.manage;
import static dev.sandstone.scsi.device.DeviceBench.pattern;
import static dev.sandstone.scsi.device.DeviceBench.read10;
import static dev.sandstone.scsi.device.DeviceBench.write10;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.scsi.device.DeviceBench.Sent;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.NexusLoss;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.task.TaskFunction;
import dev.sandstone.scsi.task.TaskFunctionResult;
import dev.sandstone.scsi.task.TaskPort;
import dev.sandstone.scsi.task.TaskRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SAM-5 7: functions are answered when their whole effect is complete, and no earlier. */
class TaskManagementTest {
    private static final List<TaskFunction> RESETS =
            List.of(TaskFunction.LOGICAL_UNIT_RESET, TaskFunction.TARGET_WARM_RESET, TaskFunction.TARGET_COLD_RESET);

    private final DeviceBench bench = new DeviceBench();
    private final DeviceServer server = bench.server();
    private final HeapVolume volume = DeviceBench.volume(server);
    private Nexus one = bench.open("one");
    private Nexus two = bench.open("two");

    @BeforeEach
    void open() {
        bench.map("one", new LunEntry(0, server, false));
        bench.map("two", new LunEntry(0, server, false));
        one = bench.openQuiet("one", 0);
        two = bench.openQuiet("two", 0);
    }

    @Test
    void abortTaskEndsATaskThatWaitsForData() {
        Sent write = bench.start(one, 0, TaskAttribute.SIMPLE, write10(0, 1), pattern(512, 7));
        assertThat(write.port().wantsData()).isTrue();
        assertThat(manage(one, TaskFunction.ABORT_TASK, 0, write.tag())).containsExactly(TaskFunctionResult.COMPLETE);
        assertThat(write.port().outcome()).isEqualTo("aborted");
        write.port().deliver(write.task());
        assertThat(volume.bytes()).startsWith(0, 0, 0);
    }

    @Test
    void abortTaskInTheEngineIsAnsweredAfterTheStatus() {
        volume.hold();
        Sent write = bench.start(one, 0, TaskAttribute.SIMPLE, write10(0, 1), pattern(512, 7));
        write.port().deliver(write.task());
        List<TaskFunctionResult> results = manage(one, TaskFunction.ABORT_TASK, 0, write.tag());
        assertThat(results).isEmpty();
        assertThat(write.port().ended()).isFalse();
        volume.releaseAll();
        // It was applied, and the initiator learns it: a task that has answered does not exist any more.
        write.port().assertGood();
        assertThat(results).containsExactly(TaskFunctionResult.NO_SUCH_TASK);
        assertThat(volume.bytes()).startsWith(7, 7, 7);
    }

    @Test
    void anAbortedCommandBeginsNoFurtherStep() {
        volume.hold();
        // VERIFY(10) with BYTCHK 1 reads the medium in pieces.
        Sent verify = bench.start(one, 0, TaskAttribute.SIMPLE, "2F 02 00000000 00 0800 00", pattern(2048 * 512, 0));
        verify.port().deliver(verify.task());
        int before = volume.held();
        List<TaskFunctionResult> results = manage(one, TaskFunction.ABORT_TASK_SET, 0, 0);
        while (volume.held() > 0) {
            volume.release(0);
        }
        assertThat(before).isEqualTo(1);
        assertThat(verify.port().ended()).isTrue();
        assertThat(results).containsExactly(TaskFunctionResult.COMPLETE);
    }

    @Test
    void abortTaskKnowsTagsOfItsNexusOnly() {
        Sent write = bench.start(one, 0, TaskAttribute.SIMPLE, write10(0, 1), pattern(512, 7));
        assertThat(manage(two, TaskFunction.ABORT_TASK, 0, write.tag()))
                .containsExactly(TaskFunctionResult.NO_SUCH_TASK);
        assertThat(write.port().ended()).isFalse();
    }

    @Test
    void abortTaskSetEndsTheTasksOfItsNexusOnly() {
        volume.hold();
        Sent mine = bench.start(one, 0, TaskAttribute.SIMPLE, read10(0, 8));
        Sent ordered = bench.start(one, 0, TaskAttribute.ORDERED, TEST_UNIT_READY);
        Sent theirs = bench.start(two, 0, TaskAttribute.SIMPLE, TEST_UNIT_READY);
        List<TaskFunctionResult> results = manage(one, TaskFunction.ABORT_TASK_SET, 0, 0);
        assertThat(ordered.port().outcome()).isEqualTo("aborted");
        theirs.port().assertGood();
        assertThat(results).isEmpty();
        volume.releaseAll();
        mine.port().assertGood();
        assertThat(results).containsExactly(TaskFunctionResult.COMPLETE);
    }

    @Test
    void clearTaskSetEndsTheTasksOfItsNexusOnly() {
        volume.hold();
        Sent mine = bench.start(one, 0, TaskAttribute.SIMPLE, read10(0, 8));
        Sent waiting = bench.start(one, 0, TaskAttribute.ORDERED, read10(0, 8));
        Sent theirs = bench.start(two, 0, TaskAttribute.SIMPLE, read10(0, 8));
        List<TaskFunctionResult> results = manage(one, TaskFunction.CLEAR_TASK_SET, 0, 0);
        assertThat(results).isEmpty();
        assertThat(waiting.port().outcome()).isEqualTo("aborted");
        volume.releaseAll();
        mine.port().assertGood();
        theirs.port().assertGood();
        assertThat(results).containsExactly(TaskFunctionResult.COMPLETE);
        bench.send(two, 0, TEST_UNIT_READY).assertGood();
    }

    /** Its data never comes; the nexus itself waits behind it, in the order it asked for. */
    @Test
    void anOrderedTaskHoldsUpItsNexusOnly() {
        Sent owing = bench.start(one, 0, TaskAttribute.ORDERED, write10(0, 1), pattern(512, 7));
        Sent behind = bench.start(one, 0, TaskAttribute.SIMPLE, TEST_UNIT_READY);
        bench.send(two, 0, read10(0, 8)).assertGood();
        assertThat(owing.port().ended()).isFalse();
        assertThat(behind.port().ended()).isFalse();
    }

    @Test
    void logicalUnitResetEndsAllAndIsReportedToAll() {
        volume.hold();
        Sent write = bench.start(two, 0, TaskAttribute.SIMPLE, write10(0, 1), pattern(512, 7));
        write.port().deliver(write.task());
        Sent waiting = bench.start(two, 0, TaskAttribute.SIMPLE, write10(8, 1), pattern(512, 7));
        List<TaskFunctionResult> results = manage(one, TaskFunction.LOGICAL_UNIT_RESET, 0, 0);
        assertThat(waiting.port().outcome()).isEqualTo("aborted");
        assertThat(write.port().ended()).isFalse();
        assertThat(results).isEmpty();
        volume.releaseAll();
        assertThat(write.port().outcome()).isEqualTo("aborted");
        assertThat(results).containsExactly(TaskFunctionResult.COMPLETE);
        assertThat(bench.send(one, 0, TEST_UNIT_READY).outcome()).isEqualTo("UNIT_ATTENTION/29/03");
        assertThat(bench.send(two, 0, TEST_UNIT_READY).outcome()).isEqualTo("UNIT_ATTENTION/29/03");
    }

    @Test
    void aResetTakesBackReservationPreventionAndModeParameters() {
        bench.send(two, 0, DeviceBench.RESERVE).assertGood();
        bench.send(two, 0, "1E 00 00 00 01").assertGood();
        byte[] swp = {0, 0, 0, 0, 0x0A, 10, 0x20, 0x10, 8, 0, 0, 0, (byte) 0xFF, (byte) 0xFF, 0, 0};
        bench.send(two, 0, "15 10 00 00 10", swp).assertGood();
        assertThat(manage(two, TaskFunction.LOGICAL_UNIT_RESET, 0, 0)).containsExactly(TaskFunctionResult.COMPLETE);
        assertThat(bench.send(one, 0, TEST_UNIT_READY).outcome()).isEqualTo("UNIT_ATTENTION/29/03");
        // MODE PARAMETERS CHANGED by the other, before the reset.
        assertThat(bench.send(one, 0, TEST_UNIT_READY).outcome()).isEqualTo("UNIT_ATTENTION/2A/01");
        bench.send(one, 0, write10(0, 1), new byte[512]).assertGood();
        bench.send(one, 0, "1B 00 00 00 02").assertGood();
        assertThat(bench.send(one, 0, TEST_UNIT_READY).outcome()).isEqualTo("NOT_READY/3A/00");
    }

    @Test
    void simpleTasksKeepTheirOrderWhenReorderingIsRestricted() {
        byte[] restricted = {0, 0, 0, 0, 0x0A, 10, 0x20, 0, 0, 0, 0, 0, (byte) 0xFF, (byte) 0xFF, 0, 0};
        volume.hold();
        Sent read = bench.start(one, 0, TaskAttribute.SIMPLE, read10(0, 8));
        bench.send(one, 0, TEST_UNIT_READY).assertGood();
        bench.send(one, 0, "15 10 00 00 10", restricted).assertGood();
        Sent later = bench.start(one, 0, TaskAttribute.SIMPLE, TEST_UNIT_READY);
        assertThat(later.port().ended()).as("waits for the read before it").isFalse();
        volume.releaseAll();
        read.port().assertGood();
        later.port().assertGood();
    }

    @Test
    void aTransportMayCloseANexusWhileItIsToldOfAnAbort() {
        volume.hold();
        TaskRequest request = new TaskRequest(0, new byte[16], TaskAttribute.ORDERED, 77, 0, 0);
        bench.start(one, 0, TaskAttribute.SIMPLE, read10(0, 8));
        List<String> closed = new ArrayList<>();
        one.submit(request, new TaskPort() {
            @Override
            public ByteBuffer dataIn(int bytes) {
                throw new AssertionError("none wanted");
            }

            @Override
            public void requestDataOut(int bytes) {
                throw new AssertionError("none wanted");
            }

            @Override
            public void finish(int status, byte[] sense, int dataInBytes, long transferBytes) {
                throw new AssertionError("aborted");
            }

            @Override
            public void aborted() {
                one.close(NexusLoss.CONNECTION_LOST, () -> closed.add("closed"));
            }
        });
        bench.map("one");
        volume.releaseAll();
        assertThat(closed).containsExactly("closed");
        bench.send(two, 0, TEST_UNIT_READY).assertGood();
    }

    @Test
    void targetResetsConcernTheUnitsTheNexusMaySee() {
        DeviceServer hidden = bench.server();
        bench.map("two", new LunEntry(0, server, false), new LunEntry(1, hidden, false));
        for (int i = 0; i < 2; i++) {
            bench.send(two, 0, TEST_UNIT_READY);
            bench.send(two, 1, TEST_UNIT_READY);
        }
        assertThat(manage(one, TaskFunction.TARGET_WARM_RESET, 0, 0)).containsExactly(TaskFunctionResult.COMPLETE);
        assertThat(bench.send(two, 0, TEST_UNIT_READY).outcome()).isEqualTo("UNIT_ATTENTION/29/02");
        bench.send(two, 1, TEST_UNIT_READY).assertGood();
        assertThat(manage(one, TaskFunction.TARGET_COLD_RESET, 0, 0)).containsExactly(TaskFunctionResult.COMPLETE);
        assertThat(bench.send(two, 0, TEST_UNIT_READY).outcome()).isEqualTo("UNIT_ATTENTION/29/00");
    }

    /** What an initiator that may only read can do to others must not be more than its commands can. */
    @Test
    void resetsOfWhoMayOnlyReadReachItsOwn() {
        bench.map("reader", new LunEntry(0, server, true));
        Nexus reader = bench.openQuiet("reader", 0);
        bench.send(two, 0, DeviceBench.RESERVE).assertGood();
        for (TaskFunction function : RESETS) {
            Sent theirs = bench.start(two, 0, TaskAttribute.SIMPLE, write10(0, 1), pattern(512, 7));
            assertThat(manage(reader, function, 0, 0)).containsExactly(TaskFunctionResult.COMPLETE);
            theirs.port().deliver(theirs.task());
            theirs.port().assertGood();
            bench.send(two, 0, TEST_UNIT_READY).assertGood();
        }
        assertThat(bench.send(one, 0, DeviceBench.RESERVE).outcome())
                .as("the reservation stays")
                .isEqualTo("status 18h");
    }

    @Test
    void aResetOfWhoMayOnlyReadEndsItsCommandsAndTellsIt() {
        bench.map("reader", new LunEntry(0, server, true));
        Nexus reader = bench.openQuiet("reader", 0);
        volume.hold();
        Sent read = bench.start(reader, 0, TaskAttribute.SIMPLE, read10(0, 8));
        Sent waiting = bench.start(reader, 0, TaskAttribute.ORDERED, TEST_UNIT_READY);
        List<TaskFunctionResult> results = manage(reader, TaskFunction.LOGICAL_UNIT_RESET, 0, 0);
        assertThat(waiting.port().outcome()).isEqualTo("aborted");
        assertThat(results).isEmpty();
        volume.releaseAll();
        assertThat(read.port().outcome()).isEqualTo("aborted");
        assertThat(results).containsExactly(TaskFunctionResult.COMPLETE);
        assertThat(bench.send(reader, 0, TEST_UNIT_READY).outcome()).isEqualTo("UNIT_ATTENTION/29/03");
        bench.send(one, 0, TEST_UNIT_READY).assertGood();
    }

    @Test
    void functionsForNoUnitOrOfNoUse() {
        assertThat(manage(one, TaskFunction.ABORT_TASK_SET, 5, 0)).containsExactly(TaskFunctionResult.INCORRECT_LUN);
        assertThat(manage(one, TaskFunction.CLEAR_ACA, 0, 0)).containsExactly(TaskFunctionResult.NOT_SUPPORTED);
        assertThat(manage(one, TaskFunction.ABORT_TASK, 0, 99)).containsExactly(TaskFunctionResult.NO_SUCH_TASK);
    }

    @Test
    void closingANexusWaitsForTheEngineAndGivesBackWhatItHeld() {
        bench.send(one, 0, DeviceBench.RESERVE).assertGood();
        volume.hold();
        Sent read = bench.start(one, 0, TaskAttribute.SIMPLE, read10(0, 8));
        Sent waiting = bench.start(one, 0, TaskAttribute.SIMPLE, write10(0, 1), pattern(512, 7));
        List<String> closed = new ArrayList<>();
        one.close(NexusLoss.CONNECTION_LOST, () -> closed.add("closed"));
        assertThat(waiting.port().outcome()).isEqualTo("aborted");
        assertThat(read.port().ended()).isFalse();
        assertThat(closed).isEmpty();
        volume.releaseAll();
        assertThat(read.port().outcome()).isEqualTo("aborted");
        assertThat(closed).containsExactly("closed");
        bench.send(two, 0, DeviceBench.RESERVE).assertGood();
        assertThat(bench.send(one, 0, TEST_UNIT_READY).outcome()).isEqualTo("ILLEGAL_REQUEST/25/00");
    }

    /** Commands for a unit of another loop are on their way while the nexus is closed; sessions come and go for months. */
    @Test
    void nothingIsLeftOfANexusWhoseCommandsComeAfterItsEnd() {
        DeviceNexus nexus = (DeviceNexus) one;
        LunLink link = Objects.requireNonNull(nexus.inventory().find(0));
        one.close(NexusLoss.CONNECTION_LOST, () -> {});
        RecordingPort late = new RecordingPort(new byte[0]);
        server.submit(nexus, link.itl(), new TaskRequest(0, new byte[16], TaskAttribute.SIMPLE, 78, 0, 0), late);
        assertThat(late.outcome()).isEqualTo("ILLEGAL_REQUEST/25/00");
        assertThat(server.taskSets()).as("that of the other nexus").isEqualTo(1);
    }

    @Test
    void aNexusThatIsClosedWithCommandsInTheEngineLeavesNoTaskSet() {
        volume.hold();
        bench.start(one, 0, TaskAttribute.SIMPLE, read10(0, 8));
        one.close(NexusLoss.CONNECTION_LOST, () -> {});
        assertThat(server.taskSets()).isEqualTo(2);
        volume.releaseAll();
        assertThat(server.taskSets()).isEqualTo(1);
    }

    @Test
    void failedDataOutEndsTheTaskWithThatSense() {
        Sent write = bench.start(one, 0, TaskAttribute.SIMPLE, write10(0, 1), pattern(512, 7));
        write.task().dataOutFailed(0x0B, 0x47, 0x05);
        assertThat(write.port().outcome()).isEqualTo("ABORTED_COMMAND/47/05");
        write.task().dataOutFailed(0x0B, 0x47, 0x05);
    }

    @Test
    void failedDataOutEndsATaskThatHasNotStarted() {
        volume.hold();
        bench.start(one, 0, TaskAttribute.SIMPLE, read10(0, 8));
        Sent ordered = bench.start(one, 0, TaskAttribute.ORDERED, write10(0, 1), pattern(512, 7));
        Sent after = bench.start(one, 0, TaskAttribute.SIMPLE, TEST_UNIT_READY);
        assertThat(after.port().ended()).isFalse();
        ordered.task().dataOutFailed(0x0B, 0x47, 0x05);
        assertThat(ordered.port().outcome()).isEqualTo("ABORTED_COMMAND/47/05");
        after.port().assertGood();
    }

    @Test
    void aFullTaskSetRefusesItsNexusOnly() {
        volume.hold();
        for (int i = 0; i < TaskSets.NEXUS_LIMIT; i++) {
            bench.start(one, 0, TaskAttribute.SIMPLE, read10(0, 1));
        }
        Sent refused = bench.start(one, 0, TaskAttribute.SIMPLE, write10(0, 1), pattern(512, 1));
        assertThat(refused.port().outcome()).isEqualTo("status 28h");
        refused.task().dataOutFailed(0x0B, 0x47, 0x05);
        bench.send(two, 0, TEST_UNIT_READY).assertGood();
        volume.releaseAll();
        bench.send(one, 0, TEST_UNIT_READY).assertGood();
    }

    @Test
    void readsBeyondTheMemoryOfTheLoopAreRefused() {
        volume.hold();
        int bytes = DeviceBench.BLOCKS * 512;
        List<Sent> reads = new ArrayList<>();
        // Tests before on this thread may have left commands under way: fewer may fit, never more.
        for (int taken = 0; taken <= LoopMemory.LIMIT_BYTES; taken += bytes) {
            reads.add(bench.start(one, 0, TaskAttribute.SIMPLE, read10(0, DeviceBench.BLOCKS)));
        }
        assertThat(reads.get(reads.size() - 1).port().outcome()).isEqualTo("status 28h");
        reads.removeIf(read -> read.port().ended());
        assertThat(reads).isNotEmpty();
        volume.releaseAll();
        assertThat(reads).allMatch(read -> read.port().outcome().equals("GOOD"));
        bench.send(one, 0, read10(0, DeviceBench.BLOCKS)).assertGood();
    }
}
