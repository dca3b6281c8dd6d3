package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.pdu.AsyncMessage;
import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataOut;
import dev.sandstone.iscsi.pdu.LogoutResponse;
import dev.sandstone.iscsi.pdu.NopIn;
import dev.sandstone.iscsi.pdu.NopOut;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.R2t;
import dev.sandstone.iscsi.pdu.Reject;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.pdu.ScsiResponse;
import dev.sandstone.iscsi.pdu.TaskManagementResponse;
import dev.sandstone.scsi.task.NexusLoss;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several connections in one session (RFC 7143 4.2.3, 4.2.5, 6.3.4, 11.14). The server has two loops, so some are relayed. */
class SeveralConnectionsTest {
    private static final byte[] NO_DATA = {};
    private static final String[] KEYS = {"MaxConnections=4", "ImmediateData=No", "MaxBurstLength=16384"};

    private TestServer target;

    @BeforeEach
    void start() throws IOException {
        target = new TestServer();
        new Random(3).nextBytes(target.device.memory());
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private RawClient join(RawClient first, int cid) throws IOException {
        RawClient next = target.connect();
        next.tsih = first.tsih;
        next.cid = cid;
        next.cmdSn = first.cmdSn;
        next.nextTag = 1000 * cid;
        assertThat(next.login(TestServer.TARGET).status()).isZero();
        assertThat(next.tsih).isEqualTo(first.tsih);
        next.awaitAttached();
        return next;
    }

    /** Sends over the second connection with the numbers of the first. */
    private static ScsiCommand command(RawClient numbers, RawClient over, int opcode, int bytes) throws IOException {
        over.cmdSn = numbers.cmdSn++;
        ScsiCommand command = over.command(opcode, bytes, 0);
        over.send(command, NO_DATA);
        return command;
    }

    private static ScsiResponse response(RawClient client) throws IOException {
        return new ScsiResponse(client.read(Opcode.SCSI_RESPONSE).bhs());
    }

    private static void sync(RawClient numbers, RawClient over) throws IOException {
        over.cmdSn = numbers.cmdSn++;
        over.send(over.ping(), NO_DATA);
        RawClient.Answer answer = over.read();
        while (answer.opcode() == Opcode.ASYNC_MESSAGE) {
            answer = over.read();
        }
        assertThat(answer.opcode()).isEqualTo(Opcode.NOP_IN);
    }

    @Test
    @Clause({"4.2.3", "4.2.5.1", "6.3"})
    void eachCommandIsAnsweredOverItsOwnConnectionInCmdSnOrder() throws IOException {
        try (RawClient first = target.session(KEYS)) {
            List<RawClient> all = new ArrayList<>(List.of(first, join(first, 2), join(first, 3), join(first, 4)));
            for (int round = 0; round < 40; round++) {
                RawClient over = all.get(round % 4);
                ScsiCommand command = command(first, over, FakeDevice.NOTHING, 0);
                ScsiResponse response = response(over);
                assertThat(response.initiatorTaskTag()).isEqualTo(command.initiatorTaskTag());
                assertThat(response.expCmdSn()).isEqualTo(first.cmdSn);
            }
            assertThat(target.device.opened).as("one nexus").hasSize(1);
            assertThat(target.server.sessions()).hasSize(1);
            for (RawClient client : all) {
                client.close();
            }
        }
    }

    @Test
    @Clause({"4.2.2.1", "4.2.3"})
    void aCommandWaitsForOneThatIsStillOnAnotherConnection() throws IOException {
        try (RawClient first = target.session(KEYS);
                RawClient second = join(first, 2)) {
            ScsiCommand early = first.command(FakeDevice.NOTHING, 0, 0);
            ScsiCommand late = first.command(FakeDevice.NOTHING, 0, 0);
            first.send(late, NO_DATA);
            NopOut probe = first.ping();
            first.cmdSn--;
            probe.immediate(true);
            first.send(probe, NO_DATA);
            assertThat(new NopIn(first.read(Opcode.NOP_IN).bhs()).expCmdSn()).isEqualTo(early.cmdSn());
            second.send(early, NO_DATA);
            assertThat(response(second).initiatorTaskTag()).isEqualTo(early.initiatorTaskTag());
            assertThat(response(first).initiatorTaskTag()).isEqualTo(late.initiatorTaskTag());
        }
    }

    @Test
    @Clause({"4.2.5.1", "11.7"})
    void dataGoesOverTheConnectionOfItsCommand() throws IOException {
        try (RawClient first = target.session(KEYS);
                RawClient second = join(first, 2)) {
            byte[] data = new byte[8192];
            new Random(9).nextBytes(data);
            ScsiCommand write = command(first, second, FakeDevice.WRITE, data.length);
            R2t r2t = new R2t(second.read(Opcode.R2T).bhs());
            DataOut pdu = first.dataOut(write.initiatorTaskTag(), r2t.targetTransferTag(), 0, 0);
            first.send(pdu, new byte[data.length]);
            assertThat(new Reject(first.read(Opcode.REJECT).bhs()).reason())
                    .isEqualTo(RejectReason.INVALID_PDU_FIELD.code());
            second.send(pdu, data);
            assertThat(response(second).status()).isZero();
            assertThat(Arrays.copyOf(target.device.memory(), data.length)).isEqualTo(data);
        }
    }

    @Test
    @Clause({"4.2.5.1", "11.7"})
    void dataMovesBothWaysOverEveryConnection() throws IOException {
        Random random = new Random(21);
        try (RawClient first = target.session("MaxConnections=4", "FirstBurstLength=65536", "InitialR2T=No")) {
            List<RawClient> all = List.of(first, join(first, 2), join(first, 3), join(first, 4));
            for (int round = 0; round < 24; round++) {
                RawClient over = all.get(round % 4);
                byte[] data = new byte[65_536];
                random.nextBytes(data);
                over.cmdSn = first.cmdSn;
                ScsiCommand write = over.command(FakeDevice.WRITE, data.length, 0);
                write.isFinal(false);
                over.send(write, Arrays.copyOf(data, 8192));
                over.send(
                        over.dataOut(write.initiatorTaskTag(), Bhs.RESERVED_TAG, 0, 8192),
                        Arrays.copyOfRange(data, 8192, data.length));
                assertThat(response(over).status()).isZero();
                over.send(over.command(FakeDevice.READ, data.length, 0), NO_DATA);
                first.cmdSn = over == first ? first.cmdSn : first.cmdSn + 2;
                int at = 0;
                while (at < data.length) {
                    byte[] part = over.read(Opcode.DATA_IN).data();
                    assertThat(part).isEqualTo(Arrays.copyOfRange(data, at, at + part.length));
                    at += part.length;
                }
            }
            for (RawClient client : all) {
                client.close();
            }
        }
    }

    @Test
    @Clause({"13.2", "11.13.5"})
    void noMoreConnectionsThanAgreedOn() throws IOException {
        try (RawClient first = target.session("MaxConnections=2");
                RawClient second = join(first, 2);
                RawClient third = target.connect()) {
            third.tsih = first.tsih;
            third.cid = 3;
            assertThat(third.login(TestServer.TARGET).status()).isEqualTo(0x0206);
            sync(first, second);
            sync(first, first);
        }
    }

    @Test
    @Clause({"11.14", "11.15"})
    void aConnectionIsLoggedOutByItselfOrByAnother() throws IOException {
        try (RawClient first = target.session(KEYS);
                RawClient second = join(first, 2);
                RawClient third = join(first, 3)) {
            command(first, third, FakeDevice.HOLD, 0);
            sync(first, third);
            first.send(first.logout(1, 3), NO_DATA);
            assertThat(new LogoutResponse(first.read(Opcode.LOGOUT_RESPONSE).bhs()).response())
                    .isZero();
            assertThat(target.device.opened.getFirst().taskCount())
                    .as("its task was ended")
                    .isZero();
            assertThat(third.readToEnd()).isNull();
            second.cmdSn = first.cmdSn++;
            second.send(second.logout(1, 2), NO_DATA);
            assertThat(new LogoutResponse(second.read(Opcode.LOGOUT_RESPONSE).bhs()).response())
                    .isZero();
            assertThat(second.readToEnd()).isNull();
            first.send(first.logout(1, 2), NO_DATA);
            assertThat(new LogoutResponse(first.read(Opcode.LOGOUT_RESPONSE).bhs()).response())
                    .as("no such connection any more")
                    .isEqualTo(1);
            sync(first, first);
            first.send(first.logout(1, 1), NO_DATA);
            assertThat(new LogoutResponse(first.read(Opcode.LOGOUT_RESPONSE).bhs()).response())
                    .isZero();
            assertThat(target.device.opened.getFirst().loss)
                    .as("the last was closed")
                    .isEqualTo(NexusLoss.LOGOUT);
            assertThat(first.readToEnd()).isNull();
        }
    }

    @Test
    @Clause({"11.14"})
    void aSessionLogoutClosesAllConnections() throws IOException {
        try (RawClient first = target.session(KEYS);
                RawClient second = join(first, 2)) {
            first.send(first.logout(0, 0), NO_DATA);
            assertThat(new LogoutResponse(first.read(Opcode.LOGOUT_RESPONSE).bhs()).response())
                    .isZero();
            assertThat(second.readToEnd()).isNull();
            assertThat(first.readToEnd()).isNull();
            assertThat(target.device.open()).isEmpty();
        }
    }

    @Test
    @Clause({"7.1.4.4", "11.9.1"})
    void aLostConnectionTakesItsTasksButNotTheSession() throws IOException {
        try (RawClient first = target.session(KEYS);
                RawClient second = join(first, 2)) {
            command(first, second, FakeDevice.HOLD, 0);
            command(first, first, FakeDevice.HOLD, 0);
            sync(first, second);
            second.drop();
            AsyncMessage message =
                    new AsyncMessage(first.read(Opcode.ASYNC_MESSAGE).bhs());
            assertThat(message.asyncEvent()).isEqualTo(2);
            assertThat(message.parameter1()).as("CID").isEqualTo(2);
            assertThat(message.parameter3()).as("nothing is kept").isZero();
            sync(first, first);
            assertThat(target.device.opened.getFirst().taskCount()).isEqualTo(1);
            assertThat(target.device.opened.getFirst().loss).isNull();
            try (RawClient again = join(first, 2)) {
                sync(first, again);
            }
        }
    }

    @Test
    @Clause({"4.2.2.1", "7.2.1"})
    void whatALostConnectionHeldBackMaySentAgainOverAnother() throws IOException {
        try (RawClient first = target.session(KEYS);
                RawClient second = join(first, 2)) {
            ScsiCommand gap = first.command(FakeDevice.NOTHING, 0, 0);
            ScsiCommand early = first.command(FakeDevice.NOTHING, 0, 0);
            second.send(early, NO_DATA);
            NopOut probe = second.ping();
            probe.immediate(true);
            second.send(probe, NO_DATA);
            second.read(Opcode.NOP_IN);
            second.drop();
            first.read(Opcode.ASYNC_MESSAGE);
            first.send(gap, NO_DATA);
            assertThat(response(first).initiatorTaskTag()).isEqualTo(gap.initiatorTaskTag());
            first.send(early, NO_DATA);
            assertThat(response(first).initiatorTaskTag()).isEqualTo(early.initiatorTaskTag());
        }
    }

    @Test
    @Clause("6.3.4")
    void aLoginWithTheSameCidTakesThePlaceOfTheConnection() throws IOException {
        try (RawClient first = target.session(KEYS);
                RawClient second = join(first, 2)) {
            command(first, second, FakeDevice.HOLD, 0);
            command(first, first, FakeDevice.HOLD, 0);
            sync(first, second);
            try (RawClient again = join(first, 2)) {
                assertThat(second.readToEnd()).isNull();
                assertThat(target.device.opened.getFirst().taskCount()).isEqualTo(1);
                sync(first, again);
                assertThat(target.device.opened).hasSize(1);
            }
        }
    }

    @Test
    @Clause({"4.2.3.1", "11.5.1"})
    void taskManagementReachesTheTasksOfAllConnections() throws IOException {
        try (RawClient first = target.session(KEYS);
                RawClient second = join(first, 2)) {
            ScsiCommand held = command(first, second, FakeDevice.HOLD, 0);
            sync(first, second);
            first.send(first.function(1, held.initiatorTaskTag()), NO_DATA);
            assertThat(function(first)).isZero();
            assertThat(target.device.opened.getFirst().taskCount()).isZero();
        }
    }

    private static int function(RawClient client) throws IOException {
        return new TaskManagementResponse(
                        client.read(Opcode.TASK_MANAGEMENT_RESPONSE).bhs())
                .response();
    }

    @Test
    @Clause("4.2.3.3")
    void aResetIsAnsweredAfterTheOtherConnectionsHaveSeenTheirResponses() throws IOException {
        try (RawClient first = target.session(KEYS);
                RawClient second = join(first, 2)) {
            command(first, second, FakeDevice.NOTHING, 0);
            int statSn = response(second).statSn();
            first.send(first.function(5, Bhs.RESERVED_TAG), NO_DATA);
            NopIn question = new NopIn(second.read(Opcode.NOP_IN).bhs());
            assertThat(question.initiatorTaskTag()).isEqualTo(Bhs.RESERVED_TAG);
            sync(first, first);
            NopOut answer = new NopOut();
            answer.isFinal(true);
            answer.immediate(true);
            answer.initiatorTaskTag(Bhs.RESERVED_TAG);
            answer.targetTransferTag(question.targetTransferTag());
            answer.cmdSn(first.cmdSn);
            answer.expStatSn(statSn + 1);
            second.send(answer, NO_DATA);
            assertThat(function(first)).isZero();
            first.send(first.function(5, Bhs.RESERVED_TAG), NO_DATA);
            assertThat(function(first)).as("all is acknowledged").isZero();
            command(first, second, FakeDevice.NOTHING, 0);
            response(second);
            first.send(first.function(2, Bhs.RESERVED_TAG), NO_DATA);
            second.read(Opcode.NOP_IN);
            second.drop();
            assertThat(first.read(Opcode.TASK_MANAGEMENT_RESPONSE))
                    .as("a lost connection sees nothing")
                    .isNotNull();
        }
    }

    /** Connections come and go under load: the session works on, and the end of the server finds nothing left behind. */
    @Test
    @Clause({"4.2.3", "7.1.4.4"})
    void connectionsComeAndGo() throws IOException {
        Random random = new Random(77);
        try (RawClient first = target.session("MaxConnections=8", "InitialR2T=No")) {
            for (int round = 0; round < 60; round++) {
                try (RawClient next = join(first, 2 + random.nextInt(6))) {
                    for (int i = 0; i < random.nextInt(5); i++) {
                        int opcode = random.nextBoolean() ? FakeDevice.READ : FakeDevice.READ_AND_HOLD;
                        command(first, next, opcode, 1 + random.nextInt(20_000));
                    }
                    sync(first, first);
                }
            }
            sync(first, first);
            assertThat(target.server.sessions()).hasSize(1);
        }
    }
}
