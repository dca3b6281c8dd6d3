package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.pdu.AsyncMessage;
import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.R2t;
import dev.sandstone.iscsi.pdu.Reject;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.pdu.TaskManagementRequest;
import dev.sandstone.iscsi.pdu.TaskManagementResponse;
import dev.sandstone.scsi.task.TaskFunction;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 7143 11.5, 11.6. */
class TaskManagementTest {
    private static final byte[] NO_DATA = {};

    private TestServer target;

    @BeforeEach
    void start() throws IOException {
        target = new TestServer();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private static TaskManagementRequest request(RawClient client, int function, int referencedTag, int refCmdSn) {
        TaskManagementRequest request = new TaskManagementRequest();
        request.immediate(true);
        request.function(function);
        request.isFinal(true);
        request.initiatorTaskTag(client.nextTag++);
        request.referencedTaskTag(referencedTag);
        request.refCmdSn(refCmdSn);
        request.cmdSn(client.cmdSn);
        return request;
    }

    private static int perform(RawClient client, int function, int referencedTag, int refCmdSn) throws IOException {
        client.send(request(client, function, referencedTag, refCmdSn), NO_DATA);
        return new TaskManagementResponse(
                        client.read(Opcode.TASK_MANAGEMENT_RESPONSE).bhs())
                .response();
    }

    private static int abort(RawClient client, ScsiCommand command) throws IOException {
        return perform(client, 1, command.initiatorTaskTag(), command.cmdSn());
    }

    @Test
    @Clause({"11.5.1", "11.6.1"})
    void abortTaskEndsARunningCommand() throws IOException {
        try (RawClient client = target.session()) {
            ScsiCommand held = client.command(FakeDevice.READ_AND_HOLD, 65536, 0);
            client.send(held, NO_DATA);
            assertThat(abort(client, held)).isZero();
            assertThat(target.device.open().getFirst().taskCount()).isZero();
            assertThat(abort(client, held)).as("it is gone").isEqualTo(1);
            ScsiCommand again = client.command(FakeDevice.NOTHING, 0, 0);
            again.initiatorTaskTag(held.initiatorTaskTag());
            client.send(again, NO_DATA);
            client.read(Opcode.SCSI_RESPONSE);
        }
    }

    @Test
    @Clause("11.6.1")
    void abortTaskOfACommandThatNeverCameMakesItCountAsReceived() throws IOException {
        try (RawClient client = target.session()) {
            ScsiCommand lost = client.command(FakeDevice.NOTHING, 0, 0);
            ScsiCommand next = client.command(FakeDevice.NOTHING, 0, 0);
            client.send(next, NO_DATA);
            assertThat(abort(client, lost)).isZero();
            assertThat(client.read(Opcode.SCSI_RESPONSE).bhs().initiatorTaskTag())
                    .isEqualTo(next.initiatorTaskTag());
            client.send(lost, NO_DATA);
            ScsiCommand after = client.command(FakeDevice.NOTHING, 0, 0);
            client.send(after, NO_DATA);
            assertThat(client.read(Opcode.SCSI_RESPONSE).bhs().initiatorTaskTag())
                    .as("the late one is ignored")
                    .isEqualTo(after.initiatorTaskTag());
        }
    }

    @Test
    @Clause("11.6.1")
    void abortTaskOfACommandThatWaitsForItsTurn() throws IOException {
        try (RawClient client = target.session()) {
            ScsiCommand first = client.command(FakeDevice.NOTHING, 0, 0);
            ScsiCommand early = client.command(FakeDevice.WRITE, 512, 0);
            ScsiCommand last = client.command(FakeDevice.NOTHING, 0, 0);
            client.send(early, new byte[512]);
            client.send(last, NO_DATA);
            assertThat(abort(client, early)).isZero();
            client.send(first, NO_DATA);
            assertThat(client.read(Opcode.SCSI_RESPONSE).bhs().initiatorTaskTag())
                    .isEqualTo(first.initiatorTaskTag());
            assertThat(client.read(Opcode.SCSI_RESPONSE).bhs().initiatorTaskTag())
                    .isEqualTo(last.initiatorTaskTag());
        }
    }

    @Test
    @Clause("11.6.1")
    void abortTaskInTurnOfTheCommandThatIsNext() throws IOException {
        try (RawClient client = target.session()) {
            ScsiCommand place = client.command(FakeDevice.NOTHING, 0, 0);
            ScsiCommand early = client.command(FakeDevice.NOTHING, 0, 0);
            client.send(early, NO_DATA);
            TaskManagementRequest abort = request(client, 1, early.initiatorTaskTag(), early.cmdSn());
            abort.immediate(false);
            abort.cmdSn(place.cmdSn());
            client.send(abort, NO_DATA);
            assertThat(new TaskManagementResponse(
                                    client.read(Opcode.TASK_MANAGEMENT_RESPONSE).bhs())
                            .response())
                    .isZero();
            ScsiCommand after = client.command(FakeDevice.NOTHING, 0, 0);
            client.send(after, NO_DATA);
            assertThat(client.read(Opcode.SCSI_RESPONSE).bhs().initiatorTaskTag())
                    .isEqualTo(after.initiatorTaskTag());
        }
    }

    @Test
    @Clause("4.2.3.2")
    void dataOfAnAbortedWriteIsDroppedSilently() throws IOException {
        try (RawClient client = target.session("InitialR2T=Yes", "ImmediateData=No")) {
            ScsiCommand write = client.command(FakeDevice.WRITE, 4096, 0);
            client.send(write, NO_DATA);
            R2t r2t = new R2t(client.read(Opcode.R2T).bhs());
            assertThat(abort(client, write)).isZero();
            client.send(client.dataOut(write.initiatorTaskTag(), r2t.targetTransferTag(), 0, 0), new byte[4096]);
            ScsiCommand next = client.command(FakeDevice.NOTHING, 0, 0);
            client.send(next, NO_DATA);
            assertThat(client.read(Opcode.SCSI_RESPONSE).bhs().initiatorTaskTag())
                    .isEqualTo(next.initiatorTaskTag());
        }
    }

    @Test
    @Clause("7.8")
    void abortConcludesAStatusThatWaitsForData() throws IOException {
        try (RawClient client = target.session("InitialR2T=No", "FirstBurstLength=8192")) {
            ScsiCommand failing = client.command(FakeDevice.SENSE, 0, 0);
            failing.write(true);
            failing.expectedDataTransferLength(8192);
            failing.isFinal(false);
            client.send(failing, new byte[4096]);
            assertThat(abort(client, failing)).isZero();
            client.send(client.dataOut(failing.initiatorTaskTag(), Bhs.RESERVED_TAG, 0, 4096), new byte[4096]);
            ScsiCommand next = client.command(FakeDevice.NOTHING, 0, 0);
            client.send(next, NO_DATA);
            assertThat(client.read(Opcode.SCSI_RESPONSE).bhs().initiatorTaskTag())
                    .isEqualTo(next.initiatorTaskTag());
        }
    }

    @Test
    @Clause("11.6.1")
    void otherLunIsNoSuchTask() throws IOException {
        try (RawClient client = target.session()) {
            ScsiCommand held = client.command(FakeDevice.HOLD, 0, 0);
            client.send(held, NO_DATA);
            TaskManagementRequest request = request(client, 1, held.initiatorTaskTag(), held.cmdSn());
            request.lun(1L << 48);
            client.send(request, NO_DATA);
            assertThat(new TaskManagementResponse(
                                    client.read(Opcode.TASK_MANAGEMENT_RESPONSE).bhs())
                            .response())
                    .isEqualTo(1);
        }
    }

    @Test
    @Clause("11.5.1")
    void functionsReachTheDevice() throws IOException {
        TaskFunction[] functions = {
            TaskFunction.ABORT_TASK_SET,
            TaskFunction.CLEAR_ACA,
            TaskFunction.CLEAR_TASK_SET,
            TaskFunction.LOGICAL_UNIT_RESET,
            TaskFunction.TARGET_WARM_RESET
        };
        try (RawClient client = target.session()) {
            for (int i = 0; i < functions.length; i++) {
                client.send(client.command(FakeDevice.HOLD, 0, 0), NO_DATA);
                assertThat(perform(client, 2 + i, Bhs.RESERVED_TAG, 0)).isZero();
                assertThat(target.device.open().getFirst().functions.getLast()).isEqualTo(functions[i]);
            }
            assertThat(perform(client, 8, 0, 0)).as("reassign").isEqualTo(4);
            assertThat(perform(client, 9, 0, 0)).as("unknown").isEqualTo(5);
            assertThat(perform(client, 0, 0, 0)).as("unknown").isEqualTo(5);
        }
    }

    /** A Reject of too many immediate commands is no answer to a command that had its place in the window. */
    @Test
    @Clause({"11.6.1", "11.17.1"})
    void tooManyFunctionsUnderWayAreRefused() throws IOException {
        target.device.holdFunctions();
        try (RawClient client = target.session()) {
            for (int i = 0; i < 64; i++) {
                client.send(request(client, 5, Bhs.RESERVED_TAG, 0), NO_DATA);
            }
            client.send(request(client, 5, Bhs.RESERVED_TAG, 0), NO_DATA);
            assertThat(new Reject(client.read(Opcode.REJECT).bhs()).reason())
                    .isEqualTo(RejectReason.IMMEDIATE_COMMAND_REJECT.code());
            TaskManagementRequest numbered = request(client, 5, Bhs.RESERVED_TAG, 0);
            numbered.immediate(false);
            numbered.cmdSn(client.cmdSn++);
            client.send(numbered, NO_DATA);
            assertThat(new TaskManagementResponse(
                                    client.read(Opcode.TASK_MANAGEMENT_RESPONSE).bhs())
                            .response())
                    .as("function rejected")
                    .isEqualTo(255);
            target.device.releaseFunctions();
            for (int i = 0; i < 64; i++) {
                assertThat(new TaskManagementResponse(client.read(Opcode.TASK_MANAGEMENT_RESPONSE)
                                        .bhs())
                                .response())
                        .isZero();
            }
        }
    }

    @Test
    @Clause({"11.5.1", "11.9.1"})
    void coldResetEndsAllSessionsOfItsInitiator() throws IOException {
        try (RawClient client = target.session();
                RawClient other = target.connect()) {
            other.isid = 77;
            assertThat(other.login(TestServer.TARGET).status()).isZero();
            assertThat(perform(client, 7, Bhs.RESERVED_TAG, 0)).isZero();
            assertThat(client.readToEnd()).isNull();
            AsyncMessage message =
                    new AsyncMessage(other.read(Opcode.ASYNC_MESSAGE).bhs());
            assertThat(message.asyncEvent()).as("all connections are dropped").isEqualTo(3);
            assertThat(other.readToEnd()).isNull();
        }
    }

    /** The array has one target, for hosts that know nothing of each other. */
    @Test
    @Clause("11.5.1")
    void coldResetEndsNoSessionOfAnotherInitiator() throws IOException {
        try (RawClient stranger = target.connect();
                RawClient client = target.session()) {
            stranger.initiator = "iqn.2026-01.dev.sandstone:stranger";
            assertThat(stranger.login(TestServer.TARGET).status()).isZero();
            assertThat(perform(client, 7, Bhs.RESERVED_TAG, 0)).isZero();
            assertThat(client.readToEnd()).isNull();
            stranger.send(stranger.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
            stranger.read(Opcode.SCSI_RESPONSE);
            try (RawClient back = target.session()) {
                back.send(back.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
                back.read(Opcode.SCSI_RESPONSE);
            }
        }
    }
}
