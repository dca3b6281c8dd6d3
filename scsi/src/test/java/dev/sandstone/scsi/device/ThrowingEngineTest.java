package dev.sandstone.scsi.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.engine.volume.HeapVolume;
import dev.sandstone.scsi.device.DeviceBench.Sent;
import dev.sandstone.scsi.task.Nexus;
import dev.sandstone.scsi.task.NexusLoss;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.task.TaskFunction;
import dev.sandstone.scsi.task.TaskFunctionResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An operation that throws ends its command, and nothing waits for it: not the unit, not its nexuses, not what is behind it. */
class ThrowingEngineTest {
    private static final String REGISTER = "5F 00 00 0000 00000018 00";
    private static final String RESERVE = "5F 01 05 0000 00000018 00";
    private static final String SET_IDENTIFYING_INFORMATION = "A4 06 00000000 00000004 00 00";
    private static final String REPORT_IDENTIFYING_INFORMATION = "A3 05 00000000 00000100 00 00";

    private final DeviceBench bench = new DeviceBench();
    private final DeviceServer server = bench.server();
    private final HeapVolume volume = DeviceBench.volume(server);
    private final Nexus one;
    private final Nexus two;

    ThrowingEngineTest() {
        bench.map("one", new LunEntry(0, server, false));
        bench.map("two", new LunEntry(0, server, false));
        one = bench.openQuiet("one", 0);
        two = bench.openQuiet("two", 0);
    }

    private static byte[] keys(long key, long actionKey) {
        return ByteBuffer.allocate(24).putLong(key).putLong(actionKey).array();
    }

    private Sent delivered(Nexus nexus, String cdb, byte[] data) {
        Sent sent = bench.start(nexus, 0, TaskAttribute.SIMPLE, cdb, data);
        sent.port().deliver(sent.task());
        return sent;
    }

    private void assertServing() {
        assertThat(bench.send(one, 0, DeviceBench.read10(0, 1)).outcome()).isEqualTo("GOOD");
        assertThat(DeviceBench.manage(two, TaskFunction.LOGICAL_UNIT_RESET, 0, 0))
                .containsExactly(TaskFunctionResult.COMPLETE);
        List<String> closed = new ArrayList<>();
        one.close(NexusLoss.REINSTATED, () -> closed.add("closed"));
        assertThat(closed).containsExactly("closed");
    }

    @ParameterizedTest
    @CsvSource({
        "28 00 00000000 00 0001 00, 0",
        "2A 00 00000000 00 0001 00, 512",
        "2E 02 00000000 00 0001 00, 512",
        "2F 02 00000000 00 0001 00, 512",
        "41 00 00000000 00 0040 00, 512",
        "93 08 0000000000000000 00000040 00 00, 512",
        "89 00 0000000000000000 000000 01 00 00, 1024",
        "8B 00 0000000000000000 00000001 00 00, 512",
        "42 00 00000000 00 0018 00, 24",
        "35 00 00000000 00 0000 00, 0",
        "1D 04 00 0000 00, 0",
        "9E 12 0000000000000000 00000100 00 00, 0",
        "15 11 00 00 10 00, 16",
        "A4 06 00000000 00000004 00 00, 4",
        "5F 00 00 0000 00000018 00, 24"
    })
    void theCommandEndsAndTheUnitServesOn(String cdb, int bytes) {
        byte[] data = new byte[bytes];
        if (cdb.startsWith("5F")) {
            data = keys(0, 1);
        } else if (cdb.startsWith("42")) {
            data = ByteBuffer.wrap(data)
                    .putShort((short) 22)
                    .putShort((short) 16)
                    .putInt(16, 8)
                    .array();
        } else if (cdb.startsWith("15")) {
            byte[] control = bench.send(one, 0, "1A 08 0A 00 10 00").dataIn();
            System.arraycopy(control, 4, data, 4, 12);
            data[4] &= 0x3F;
        }
        volume.throwNext();
        assertThat(bench.send(one, 0, cdb, data).outcome()).isEqualTo("HARDWARE_ERROR/44/00");
        assertServing();
    }

    @Test
    void aLaterStepThatThrowsEndsTheCommand() {
        volume.hold();
        Sent sent = delivered(one, "2E 02 00000000 00 0001 00", new byte[512]);
        volume.throwNext();
        volume.releaseAll();
        assertThat(sent.port().outcome()).isEqualTo("HARDWARE_ERROR/44/00");
        assertServing();
    }

    @Test
    void aTaskThatIsAbortedWhileItsOperationThrowsEndsOnce() {
        volume.hold();
        Sent sent = delivered(one, "2E 02 00000000 00 0001 00", new byte[512]);
        List<TaskFunctionResult> results = DeviceBench.manage(two, TaskFunction.LOGICAL_UNIT_RESET, 0, 0);
        volume.throwNext();
        volume.releaseAll();
        assertThat(sent.port().wasAborted()).isTrue();
        assertThat(results).containsExactly(TaskFunctionResult.COMPLETE);
    }

    @Test
    void reservationsGoOnBehindOneThatThrew() {
        volume.hold();
        Sent first = delivered(one, REGISTER, keys(0, 1));
        Sent second = delivered(two, REGISTER, keys(0, 2));
        Sent third = delivered(one, RESERVE, keys(1, 0));
        volume.throwNext();
        volume.releaseAll();
        assertThat(first.port().outcome()).isEqualTo("GOOD");
        assertThat(second.port().outcome()).isEqualTo("HARDWARE_ERROR/44/00");
        assertThat(third.port().outcome()).isEqualTo("GOOD");
        assertThat(bench.send(two, 0, REGISTER, keys(0, 2)).outcome()).isEqualTo("GOOD");
    }

    @Test
    void whatTheUnitRemembersGoesOnBehindAChangeThatThrew() {
        volume.throwNext();
        assertThat(bench.send(one, 0, SET_IDENTIFYING_INFORMATION, new byte[] {1, 2, 3, 4})
                        .outcome())
                .isEqualTo("HARDWARE_ERROR/44/00");
        assertThat(bench.send(one, 0, REPORT_IDENTIFYING_INFORMATION)
                        .assertGood()
                        .dataIn())
                .hasSize(4);
        bench.send(one, 0, SET_IDENTIFYING_INFORMATION, new byte[] {1, 2, 3, 4}).assertGood();
        assertThat(bench.send(one, 0, REPORT_IDENTIFYING_INFORMATION)
                        .assertGood()
                        .dataIn())
                .endsWith(1, 2, 3, 4);
    }
}
