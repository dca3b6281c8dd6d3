package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.LogoutRequest;
import dev.sandstone.iscsi.pdu.LogoutResponse;
import dev.sandstone.iscsi.pdu.NopIn;
import dev.sandstone.iscsi.pdu.NopOut;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.Reject;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.pdu.ScsiResponse;
import dev.sandstone.iscsi.pdu.SnackRequest;
import dev.sandstone.iscsi.session.SessionInfo;
import dev.sandstone.scsi.task.NexusLoss;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Numbering, reinstatement, logout, NOP, Reject (RFC 7143 4.2.2, 6.3, 11.14 to 11.19). */
class SessionTest {
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

    private static void assertReject(RawClient client, RejectReason reason) throws IOException {
        RawClient.Answer answer = client.read(Opcode.REJECT);
        assertThat(new Reject(answer.bhs()).reason()).isEqualTo(reason.code());
        assertThat(answer.data()).hasSize(Bhs.LENGTH);
    }

    private static NopOut ping(RawClient client) {
        NopOut ping = new NopOut();
        ping.isFinal(true);
        ping.initiatorTaskTag(client.nextTag++);
        ping.targetTransferTag(Bhs.RESERVED_TAG);
        ping.cmdSn(client.cmdSn++);
        return ping;
    }

    private static LogoutRequest logout(RawClient client, int reason) {
        LogoutRequest logout = new LogoutRequest();
        logout.reason(reason);
        logout.isFinal(true);
        logout.cid(client.cid);
        logout.initiatorTaskTag(client.nextTag++);
        logout.cmdSn(client.cmdSn++);
        return logout;
    }

    // ---- numbering --------------------------------------------------------------------------------------------------

    @Test
    @Clause("4.2.2.2")
    void statSnCountsStatuses() throws IOException {
        try (RawClient client = target.session()) {
            int last = 0;
            for (int i = 0; i < 5; i++) {
                client.send(client.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
                ScsiResponse response =
                        new ScsiResponse(client.read(Opcode.SCSI_RESPONSE).bhs());
                if (i > 0) {
                    assertThat(response.statSn()).isEqualTo(last + 1);
                }
                last = response.statSn();
            }
        }
    }

    @Test
    @Clause("4.2.2.1")
    void earlyCommandsWaitForTheirTurn() throws IOException {
        try (RawClient client = target.session()) {
            ScsiCommand first = client.command(FakeDevice.NOTHING, 0, 0);
            ScsiCommand second = client.command(FakeDevice.NOTHING, 0, 0);
            ScsiCommand third = client.command(FakeDevice.NOTHING, 0, 0);
            client.send(third, NO_DATA);
            client.send(second, NO_DATA);
            client.send(second, NO_DATA);
            client.send(first, NO_DATA);
            for (ScsiCommand expected : new ScsiCommand[] {first, second, third}) {
                Bhs response = client.read(Opcode.SCSI_RESPONSE).bhs();
                assertThat(response.initiatorTaskTag()).isEqualTo(expected.initiatorTaskTag());
            }
            client.send(ping(client), NO_DATA);
            client.read(Opcode.NOP_IN);
        }
    }

    @Test
    @Clause("4.2.2.1")
    void commandsOutsideTheWindowAreIgnored() throws IOException {
        try (RawClient client = target.session()) {
            ScsiCommand late = client.command(FakeDevice.NOTHING, 0, 0);
            late.cmdSn(late.cmdSn() - 1);
            client.send(late, NO_DATA);
            client.cmdSn--;
            ScsiCommand early = client.command(FakeDevice.NOTHING, 0, 0);
            early.cmdSn(early.cmdSn() + 64);
            client.send(early, NO_DATA);
            client.cmdSn--;
            ScsiCommand right = client.command(FakeDevice.NOTHING, 0, 0);
            client.send(right, NO_DATA);
            assertThat(client.read(Opcode.SCSI_RESPONSE).bhs().initiatorTaskTag())
                    .isEqualTo(right.initiatorTaskTag());
        }
    }

    @Test
    @Clause("4.2.2.1")
    void immediateCommandsStandOutsideTheWindow() throws IOException {
        try (RawClient client = target.session()) {
            ScsiCommand immediate = client.command(FakeDevice.NOTHING, 0, 0);
            immediate.immediate(true);
            client.cmdSn--;
            client.send(immediate, NO_DATA);
            ScsiResponse response =
                    new ScsiResponse(client.read(Opcode.SCSI_RESPONSE).bhs());
            assertThat(response.initiatorTaskTag()).isEqualTo(immediate.initiatorTaskTag());
            assertThat(response.expCmdSn()).isEqualTo(immediate.cmdSn());
        }
    }

    @Test
    @Clause("11.17.1")
    void tooManyImmediateCommandsAreRejected() throws IOException {
        try (RawClient client = target.session()) {
            for (int i = 0; i < 65; i++) {
                ScsiCommand immediate = client.command(FakeDevice.HOLD, 0, 0);
                immediate.immediate(true);
                client.cmdSn--;
                client.send(immediate, NO_DATA);
            }
            assertReject(client, RejectReason.IMMEDIATE_COMMAND_REJECT);
        }
    }

    @Test
    @Clause("4.2.2.1")
    void aThousandCommandsMayBeQueued() throws IOException {
        try (RawClient client = target.session()) {
            for (int i = 0; i < 1000; i++) {
                client.send(client.command(FakeDevice.HOLD, 0, 0), NO_DATA);
            }
            NopOut ping = ping(client);
            client.send(ping, NO_DATA);
            NopIn pong = new NopIn(client.read(Opcode.NOP_IN).bhs());
            assertThat(pong.expCmdSn()).isEqualTo(ping.cmdSn() + 1);
            assertThat(target.device.open().getFirst().taskCount()).isEqualTo(1000);
            assertThat(pong.maxCmdSn() - pong.expCmdSn() + 1).isEqualTo(24);
        }
    }

    // ---- rejects ----------------------------------------------------------------------------------------------------

    @Test
    @Clause("11.16")
    void snackIsRejectedAtErrorRecoveryLevelZero() throws IOException {
        try (RawClient client = target.session()) {
            client.send(new SnackRequest(), NO_DATA);
            assertReject(client, RejectReason.SNACK_REJECT);
        }
    }

    @Test
    @Clause("7.7")
    void unknownOpcodesAreRejectedAndTheTargetsOwnEndTheConnection() throws IOException {
        try (RawClient client = target.session()) {
            byte[] header = new byte[Bhs.LENGTH];
            header[0] = 0x1c;
            client.write(header);
            assertReject(client, RejectReason.COMMAND_NOT_SUPPORTED);
            header[0] = 0x21;
            client.write(header);
            assertThat(client.readToEnd()).isNull();
        }
    }

    @Test
    @Clause({"11.17.1", "11.3"})
    void tagInUseBidirectionalAndDataWithoutWriteAreRejected() throws IOException {
        try (RawClient client = target.session()) {
            ScsiCommand held = client.command(FakeDevice.HOLD, 0, 0);
            client.send(held, NO_DATA);
            ScsiCommand same = client.command(FakeDevice.NOTHING, 0, 0);
            same.initiatorTaskTag(held.initiatorTaskTag());
            client.send(same, NO_DATA);
            assertReject(client, RejectReason.TASK_IN_PROGRESS);

            ScsiCommand both = client.command(FakeDevice.READ, 512, 0);
            both.write(true);
            client.send(both, NO_DATA);
            assertReject(client, RejectReason.COMMAND_NOT_SUPPORTED);

            client.send(client.command(FakeDevice.NOTHING, 0, 0), new byte[4]);
            assertReject(client, RejectReason.INVALID_PDU_FIELD);

            ScsiCommand attribute = client.command(FakeDevice.NOTHING, 0, 0);
            attribute.attribute(6);
            client.send(attribute, NO_DATA);
            assertReject(client, RejectReason.INVALID_PDU_FIELD);

            ScsiCommand reserved = client.command(FakeDevice.NOTHING, 0, 0);
            reserved.initiatorTaskTag(Bhs.RESERVED_TAG);
            client.send(reserved, NO_DATA);
            assertReject(client, RejectReason.INVALID_PDU_FIELD);

            client.send(client.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
            client.read(Opcode.SCSI_RESPONSE);
        }
    }

    // ---- NOP --------------------------------------------------------------------------------------------------------

    @Test
    @Clause("11.18")
    void pingIsEchoed() throws IOException {
        try (RawClient client = target.session("MaxRecvDataSegmentLength=512")) {
            NopOut ping = ping(client);
            byte[] data = "are you there?".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            client.send(ping, data);
            RawClient.Answer pong = client.read(Opcode.NOP_IN);
            assertThat(pong.bhs().initiatorTaskTag()).isEqualTo(ping.initiatorTaskTag());
            assertThat(new NopIn(pong.bhs()).targetTransferTag()).isEqualTo(Bhs.RESERVED_TAG);
            assertThat(pong.data()).isEqualTo(data);
            client.send(ping(client), new byte[600]);
            assertThat(client.read(Opcode.NOP_IN).data()).hasSize(512);
        }
    }

    @Test
    @Clause("11.18")
    void nopOutWithoutTagIsNotAnsweredAndMustBeImmediate() throws IOException {
        try (RawClient client = target.session()) {
            NopOut carrier = ping(client);
            client.cmdSn--;
            carrier.immediate(true);
            carrier.initiatorTaskTag(Bhs.RESERVED_TAG);
            client.send(carrier, NO_DATA);
            NopOut wrong = ping(client);
            client.cmdSn--;
            wrong.initiatorTaskTag(Bhs.RESERVED_TAG);
            client.send(wrong, NO_DATA);
            assertReject(client, RejectReason.INVALID_PDU_FIELD);
        }
    }

    // ---- reinstatement and logout -----------------------------------------------------------------------------------

    @Test
    @Clause("6.3.5")
    void sameIsidReinstatesTheSession() throws IOException {
        try (RawClient first = target.session()) {
            first.send(first.command(FakeDevice.HOLD, 0, 0), NO_DATA);
            first.send(ping(first), NO_DATA);
            first.read(Opcode.NOP_IN);
            try (RawClient second = target.session()) {
                assertThat(first.readToEnd()).isNull();
                assertThat(second.tsih).isNotEqualTo(first.tsih);
                assertThat(target.device.opened).hasSize(2);
                assertThat(target.device.opened.getFirst().loss).isEqualTo(NexusLoss.REINSTATED);
                assertThat(target.device.opened.getFirst().taskCount()).isZero();
                second.send(second.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
                second.read(Opcode.SCSI_RESPONSE);
                assertThat(target.server.sessions()).hasSize(1);
            }
        }
    }

    @Test
    @Clause("6.3.4")
    void connectionReinstatementKeepsTheSession() throws IOException {
        try (RawClient first = target.session()) {
            first.send(first.command(FakeDevice.HOLD, 0, 0), NO_DATA);
            first.send(ping(first), NO_DATA);
            first.read(Opcode.NOP_IN);
            try (RawClient second = target.connect()) {
                second.tsih = first.tsih;
                second.cmdSn = first.cmdSn;
                assertThat(second.login(TestServer.TARGET).status()).isZero();
                assertThat(second.tsih).isEqualTo(first.tsih);
                assertThat(first.readToEnd()).isNull();
                assertThat(target.device.opened).hasSize(1);
                assertThat(target.device.opened.getFirst().loss).isNull();
                assertThat(target.device.opened.getFirst().taskCount()).isZero();
                second.send(second.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
                second.read(Opcode.SCSI_RESPONSE);
                assertThat(target.server.sessions()).hasSize(1);
            }
        }
    }

    @Test
    @Clause("11.13.5")
    void secondConnectionAndUnknownSessionAreRefused() throws IOException {
        try (RawClient first = target.session();
                RawClient second = target.connect();
                RawClient third = target.connect()) {
            second.tsih = first.tsih;
            second.cid = 2;
            assertThat(second.login(TestServer.TARGET).status()).isEqualTo(0x0206);
            third.tsih = first.tsih + 1;
            assertThat(third.login(TestServer.TARGET).status()).isEqualTo(0x020a);
            first.send(ping(first), NO_DATA);
            first.read(Opcode.NOP_IN);
        }
    }

    @Test
    @Clause({"11.14", "11.15"})
    void logoutEndsTheNexusBeforeItsAnswer() throws IOException {
        try (RawClient client = target.session()) {
            client.send(client.command(FakeDevice.HOLD, 0, 0), NO_DATA);
            client.send(logout(client, 0), NO_DATA);
            LogoutResponse response =
                    new LogoutResponse(client.read(Opcode.LOGOUT_RESPONSE).bhs());
            assertThat(response.response()).isZero();
            assertThat(response.time2Retain()).isZero();
            assertThat(target.device.opened.getFirst().loss).isEqualTo(NexusLoss.LOGOUT);
            assertThat(client.readToEnd()).isNull();
            assertThat(target.server.sessions()).isEmpty();
        }
    }

    @Test
    @Clause({"11.14", "11.15"})
    void logoutReasons() throws IOException {
        try (RawClient client = target.session()) {
            LogoutRequest other = logout(client, 1);
            other.cid(9);
            client.send(other, NO_DATA);
            assertThat(new LogoutResponse(client.read(Opcode.LOGOUT_RESPONSE).bhs()).response())
                    .isEqualTo(1);
            client.send(logout(client, 2), NO_DATA);
            assertThat(new LogoutResponse(client.read(Opcode.LOGOUT_RESPONSE).bhs()).response())
                    .isEqualTo(2);
            client.send(logout(client, 3), NO_DATA);
            assertReject(client, RejectReason.INVALID_PDU_FIELD);
            client.send(logout(client, 1), NO_DATA);
            assertThat(new LogoutResponse(client.read(Opcode.LOGOUT_RESPONSE).bhs()).response())
                    .isZero();
            assertThat(client.readToEnd()).isNull();
        }
    }

    @Test
    void sessionsOfSeveralPortsLiveSideBySide() throws IOException {
        Set<Integer> handles = new HashSet<>();
        RawClient[] clients = new RawClient[20];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = new RawClient(target.server.addresses().get(i % 2));
            clients[i].isid = 0x800000000000L + i;
            assertThat(clients[i].login(TestServer.TARGET).status()).isZero();
            handles.add(clients[i].tsih);
        }
        assertThat(handles).hasSize(clients.length).doesNotContain(0);
        assertThat(target.server.sessions()).hasSize(clients.length);
        for (RawClient client : clients) {
            client.send(client.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
            client.read(Opcode.SCSI_RESPONSE);
            SessionInfo info = target.server.sessions().stream()
                    .filter(session -> session.tsih() == client.tsih)
                    .findFirst()
                    .orElseThrow();
            assertThat(info.commands()).isEqualTo(1);
            assertThat(info.name().initiatorName()).isEqualTo(RawClient.NAME);
            assertThat(info.name().isid()).isEqualTo(client.isid);
            assertThat(info.address().getPort()).isEqualTo(client.localPort());
            client.close();
        }
    }
}
