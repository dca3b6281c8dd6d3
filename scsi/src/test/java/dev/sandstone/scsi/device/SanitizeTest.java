package dev.sandstone.scsi.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.command.Commands;
import dev.sandstone.scsi.device.DeviceBench.Sent;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.NexusLoss;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.task.TaskFunction;
import dev.sandstone.scsi.task.TaskFunctionResult;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A sanitize among other commands, task management and lost nexuses. */
@Commands("SANITIZE")
class SanitizeTest {
    private static final String BLOCK_ERASE = "48 02";
    private static final String IMMEDIATE = "48 82";
    private static final List<String> ALLOWED = List.of(
            "REQUEST SENSE",
            "INQUIRY",
            "REPORT LUNS",
            "MODE SENSE(6)",
            "MODE SENSE(10)",
            "LOG SENSE",
            "RECEIVE DIAGNOSTIC RESULTS",
            "REPORT SUPPORTED OPERATION CODES",
            "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
            "REPORT TARGET PORT GROUPS",
            "REPORT IDENTIFYING INFORMATION",
            "REPORT TIMESTAMP");

    private final DeviceBench bench = new DeviceBench();
    private final DeviceServer server = bench.server();
    private final Nexus one;
    private final Nexus two;

    SanitizeTest() {
        bench.map("one", new LunEntry(0, server, false));
        bench.map("two", new LunEntry(0, server, false));
        one = bench.openQuiet("one", 0);
        two = bench.openQuiet("two", 0);
    }

    @TestFactory
    Stream<DynamicTest> whatRunsMeanwhile() {
        bench.send(one, 0, IMMEDIATE).assertGood();
        return bench.table().rows().stream()
                .map(row -> dynamicTest(row.name(), () -> {
                    boolean allowed = ALLOWED.contains(row.name()) || row.name().startsWith("PERSISTENT RESERVE IN");
                    assertThat(run(row).equals("NOT_READY/04/1B")).isNotEqualTo(allowed);
                }));
    }

    private String run(CommandRow row) {
        byte[] cdb = Arrays.copyOf(new byte[] {(byte) row.opcode(), (byte) Math.max(0, row.serviceAction())}, 16);
        if (row.opcode() == 0x7F) {
            cdb = row.usage();
            Arrays.fill(cdb, 10, cdb.length, (byte) 0);
        }
        return bench.startAt(two, 0, TaskAttribute.SIMPLE, cdb).port().outcome();
    }

    @Test
    void noTaskManagementWaitsForItAndNoneStopsIt() {
        Sent first = bench.start(one, 0, TaskAttribute.SIMPLE, BLOCK_ERASE);
        assertThat(DeviceBench.manage(one, TaskFunction.ABORT_TASK, 0, first.tag()))
                .containsExactly(TaskFunctionResult.COMPLETE);
        assertThat(first.port().wasAborted()).isTrue();
        assertThat(DeviceBench.manage(one, TaskFunction.LOGICAL_UNIT_RESET, 0, 0))
                .containsExactly(TaskFunctionResult.COMPLETE);
        assertThat(DeviceBench.manage(one, TaskFunction.TARGET_COLD_RESET, 0, 0))
                .containsExactly(TaskFunctionResult.COMPLETE);
        one.close(NexusLoss.CONNECTION_LOST, () -> {});
        Nexus again = bench.openQuiet("one", 0);
        assertThat(bench.send(again, 0, DeviceBench.TEST_UNIT_READY).outcome()).isEqualTo("NOT_READY/04/1B");
        bench.loop().advance(TimeUnit.MINUTES.toNanos(1));
        bench.send(again, 0, DeviceBench.TEST_UNIT_READY).assertGood();
    }

    @Test
    void otherCommandsEndBeforeItBegins() {
        Sent write = bench.start(two, 0, TaskAttribute.SIMPLE, DeviceBench.write10(0, 1), new byte[512]);
        DeviceBench.volume(server).hold();
        Sent read = bench.start(two, 0, TaskAttribute.SIMPLE, DeviceBench.read10(0, 1));
        Sent sanitize = bench.start(one, 0, TaskAttribute.SIMPLE, IMMEDIATE);
        assertThat(write.port().wasAborted()).isTrue();
        assertThat(sanitize.port().ended()).isFalse();
        assertThat(DeviceBench.volume(server).held()).as("only the read").isEqualTo(1);
        assertThat(bench.send(one, 0, DeviceBench.write10(0, 1), new byte[512]).outcome())
                .as("none comes between")
                .isEqualTo("NOT_READY/04/1B");
        DeviceBench.volume(server).releaseAll();
        assertThat(read.port().wasAborted()).isTrue();
        sanitize.port().assertGood();
        assertThat(bench.send(two, 0, DeviceBench.TEST_UNIT_READY).outcome()).isEqualTo("UNIT_ATTENTION/2F/00");
        assertThat(bench.send(two, 0, DeviceBench.TEST_UNIT_READY).outcome()).isEqualTo("NOT_READY/04/1B");
    }

    @Test
    void theEndReachesOnlyTheCommandThatStillWaits() {
        Sent first = bench.start(one, 0, TaskAttribute.SIMPLE, BLOCK_ERASE);
        DeviceBench.manage(one, TaskFunction.ABORT_TASK, 0, first.tag());
        bench.loop().advance(TimeUnit.SECONDS.toNanos(1));
        RecordingPort sense = bench.send(one, 0, DeviceBench.REQUEST_SENSE).assertGood();
        assertThat(sense.dataIn()[2]).as("NOT READY").isEqualTo((byte) 2);
        bench.loop().advance(TimeUnit.MINUTES.toNanos(1));
        Sent second = bench.start(one, 0, TaskAttribute.SIMPLE, BLOCK_ERASE);
        assertThat(second.port().ended()).isFalse();
        bench.loop().advance(TimeUnit.MINUTES.toNanos(1));
        second.port().assertGood();
    }

    @Test
    void commandsOfItsOwnNexusAreToldWhy() {
        Sent waits = bench.start(one, 0, TaskAttribute.SIMPLE, DeviceBench.write10(0, 1), new byte[512]);
        Sent dormant = bench.start(one, 0, TaskAttribute.ORDERED, DeviceBench.TEST_UNIT_READY);
        Sent sanitize = bench.start(one, 0, TaskAttribute.HEAD_OF_QUEUE, BLOCK_ERASE);
        assertThat(waits.port().outcome()).isEqualTo("NOT_READY/04/1B");
        assertThat(dormant.port().outcome()).isEqualTo("NOT_READY/04/1B");
        bench.loop().advance(TimeUnit.MINUTES.toNanos(1));
        sanitize.port().assertGood();
        bench.send(one, 0, DeviceBench.TEST_UNIT_READY).assertGood();
    }

    @Test
    void oneOfItsOwnNexusInTheEngineIsToldWhenTheEngineLetsGo() {
        DeviceBench.volume(server).hold();
        Sent write = bench.start(one, 0, TaskAttribute.SIMPLE, DeviceBench.write10(0, 1), new byte[512]);
        write.port().deliver(write.task());
        Sent sanitize = bench.start(one, 0, TaskAttribute.SIMPLE, IMMEDIATE);
        assertThat(write.port().ended()).isFalse();
        assertThat(sanitize.port().ended()).isFalse();
        DeviceBench.volume(server).releaseAll();
        assertThat(write.port().outcome()).isEqualTo("NOT_READY/04/1B");
        sanitize.port().assertGood();
    }

    /** Both have passed the gate and wait for their data when the first gets it. */
    private void theSecondIsRefused(String cdb, String refusal, byte... data) {
        for (Nexus other : List.of(one, two)) {
            Sent first = bench.start(one, 0, TaskAttribute.SIMPLE, cdb, data);
            Sent second = bench.start(other, 0, TaskAttribute.SIMPLE, cdb, data);
            first.port().deliver(first.task());
            if (second.port().wantsData()) {
                second.port().deliver(second.task());
            }
            first.port().assertGood();
            assertThat(second.port().outcome()).isEqualTo(other.equals(one) ? refusal : "aborted");
            assertThat(bench.send(one, 0, cdb, data).outcome()).isEqualTo(refusal);
            while (server.unit().erasing().running()) {
                bench.loop().advance(TimeUnit.MILLISECONDS.toNanos(1));
            }
            Arrays.fill(DeviceBench.volume(server).bytes(), (byte) 0x55);
            bench.loop().advance(TimeUnit.MINUTES.toNanos(1));
            assertThat(DeviceBench.volume(server).bytes())
                    .as("what was written since it is over")
                    .containsOnly(0x55);
            bench.send(two, 0, DeviceBench.TEST_UNIT_READY);
        }
    }

    @Test
    void twoFormatsWhoseDataComesLateAreOne() {
        theSecondIsRefused("04 10", "NOT_READY/04/04", (byte) 0, (byte) 0x82, (byte) 0, (byte) 0);
    }

    @Test
    void twoSanitizesWhoseDataComesLateAreOne() {
        theSecondIsRefused(
                "48 81 00 00 00 00 00 00 05", "NOT_READY/04/1B", (byte) 1, (byte) 0, (byte) 0, (byte) 1, (byte) 0x3C);
    }

    @Test
    void aSecondOneThatComesWhileTheFirstIsKeptIsRefused() {
        DeviceBench.volume(server).hold();
        Sent first = bench.start(one, 0, TaskAttribute.SIMPLE, IMMEDIATE);
        assertThat(first.port().ended()).as("before it is kept").isFalse();
        assertThat(bench.send(two, 0, IMMEDIATE).outcome()).isEqualTo("NOT_READY/04/1B");
        assertThat(bench.send(one, 0, "04 00").outcome()).isEqualTo("NOT_READY/04/1B");
        DeviceBench.volume(server).releaseAll();
        first.port().assertGood();
    }

    @Test
    void aFormatEndsOtherCommandsToo() {
        DeviceBench.volume(server).hold();
        Sent own = bench.start(one, 0, TaskAttribute.SIMPLE, DeviceBench.write10(0, 1), DeviceBench.pattern(512, 7));
        own.port().deliver(own.task());
        Sent late = bench.start(one, 0, TaskAttribute.SIMPLE, DeviceBench.write10(8, 1), DeviceBench.pattern(512, 7));
        Sent theirs =
                bench.start(two, 0, TaskAttribute.SIMPLE, DeviceBench.write10(16, 1), DeviceBench.pattern(512, 7));
        theirs.port().deliver(theirs.task());
        Sent format = bench.start(one, 0, TaskAttribute.SIMPLE, "04 00");
        assertThat(late.port().outcome()).isEqualTo("NOT_READY/04/04");
        assertThat(DeviceBench.volume(server).held()).as("the writes").isEqualTo(2);
        DeviceBench.volume(server).releaseAll();
        assertThat(own.port().outcome()).isEqualTo("NOT_READY/04/04");
        assertThat(theirs.port().wasAborted()).isTrue();
        bench.loop().advance(1);
        format.port().assertGood();
        assertThat(DeviceBench.volume(server).bytes()).containsOnly(0);
        assertThat(bench.send(two, 0, DeviceBench.TEST_UNIT_READY).outcome()).isEqualTo("UNIT_ATTENTION/2F/00");
        bench.send(two, 0, DeviceBench.TEST_UNIT_READY).assertGood();
    }

    @Test
    void afterAFailedFormatOnlyErasingIsServed() {
        DeviceBench.volume(server).failNext(EngineStatus.OK, 0);
        DeviceBench.volume(server).failNext(EngineStatus.MEDIUM_ERROR, 0);
        assertThat(bench.send(one, 0, "04 00").outcome()).isEqualTo("MEDIUM_ERROR/11/00");
        assertThat(bench.send(one, 0, DeviceBench.TEST_UNIT_READY).outcome()).isEqualTo("MEDIUM_ERROR/31/00");
        assertThat(bench.send(two, 0, DeviceBench.read10(0, 1)).outcome()).isEqualTo("MEDIUM_ERROR/31/00");
        Sent format = bench.start(one, 0, TaskAttribute.SIMPLE, "04 00");
        bench.loop().advance(1);
        format.port().assertGood();
        bench.send(one, 0, DeviceBench.TEST_UNIT_READY).assertGood();
    }
}
