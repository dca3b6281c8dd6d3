package dev.sandstone.scsi.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

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
        assertThat(server.unit().erasing().running()).isFalse();
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
}
