package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataIn;
import dev.sandstone.iscsi.pdu.LogoutResponse;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.R2t;
import dev.sandstone.iscsi.pdu.ResponseBhs;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.pdu.ScsiResponse;
import dev.sandstone.iscsi.pdu.TaskManagementRequest;
import dev.sandstone.iscsi.pdu.TaskManagementResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Error recovery level 2: commands outlive their connection (RFC 7143 7.1.4.3, 7.2.2, 11.5, 11.14). */
class ConnectionRecoveryTest {
    private static final byte[] NO_DATA = {};
    private static final int STILL_ALLEGIANT = 3;
    private static final int NO_REASSIGNMENT = 4;
    private static final String[] KEYS = {
        "ErrorRecoveryLevel=2",
        "MaxConnections=2",
        "ImmediateData=No",
        "MaxBurstLength=16384",
        "MaxRecvDataSegmentLength=1024",
        "DefaultTime2Wait=0",
        "DefaultTime2Retain=20"
    };

    private TestServer target;

    @BeforeEach
    void start() throws IOException {
        target = new TestServer();
        new Random(8).nextBytes(target.device.memory());
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
        assertThat(next.login(TestServer.TARGET, "MaxRecvDataSegmentLength=2048")
                        .status())
                .isZero();
        next.awaitAttached();
        return next;
    }

    private static int logout(RawClient client, int cid) throws IOException {
        client.send(client.logout(2, cid), NO_DATA);
        RawClient.Answer answer = client.read();
        while (answer.opcode() == Opcode.ASYNC_MESSAGE) {
            answer = client.read();
        }
        LogoutResponse response = new LogoutResponse(answer.bhs());
        if (response.response() == 0) {
            assertThat(response.time2Wait()).isEqualTo(2);
            assertThat(response.time2Retain()).isEqualTo(20);
        }
        return response.response();
    }

    private static int reassign(RawClient client, ScsiCommand task, int expDataSn) throws IOException {
        TaskManagementRequest request = client.function(8, task.initiatorTaskTag());
        request.expDataSn(expDataSn);
        client.send(request, NO_DATA);
        RawClient.Answer answer = client.read(Opcode.TASK_MANAGEMENT_RESPONSE);
        return new TaskManagementResponse(answer.bhs()).response();
    }

    private static ScsiResponse response(RawClient client) throws IOException {
        return new ScsiResponse(client.read(Opcode.SCSI_RESPONSE).bhs());
    }

    private static void sync(RawClient client) throws IOException {
        client.send(client.ping(), NO_DATA);
        client.read(Opcode.NOP_IN);
    }

    @Test
    @Clause({"7.2.2", "11.5.1", "11.14", "11.15.4"})
    void aWriteGoesOnOverAnotherConnection() throws IOException {
        byte[] data = new byte[16384];
        new Random(1).nextBytes(data);
        try (RawClient first = target.session(KEYS)) {
            ScsiCommand write = first.command(FakeDevice.WRITE, data.length, 0);
            first.send(write, NO_DATA);
            R2t asked = new R2t(first.read(Opcode.R2T).bhs());
            first.send(first.dataOut(write.initiatorTaskTag(), asked.targetTransferTag(), 0, 0), new byte[0]);
            R2t r2t = new R2t(first.read(Opcode.R2T).bhs());
            var half = first.dataOut(write.initiatorTaskTag(), r2t.targetTransferTag(), 0, 0);
            half.isFinal(false);
            first.send(half, Arrays.copyOf(data, 8192));
            sync(first);
            try (RawClient second = join(first, 2)) {
                assertThat(reassign(second, write, 0)).as("not logged out").isEqualTo(STILL_ALLEGIANT);
                first.drop();
                assertThat(logout(second, 1)).isZero();
                assertThat(reassign(second, write, 0)).isZero();
                R2t again = new R2t(second.read(Opcode.R2T).bhs());
                assertThat(again.r2tSn()).isEqualTo(r2t.r2tSn());
                assertThat(again.targetTransferTag()).isEqualTo(r2t.targetTransferTag());
                assertThat(again.bufferOffset()).isZero();
                assertThat(again.desiredDataTransferLength()).isEqualTo(data.length);
                half.dataSn(0);
                second.send(half, Arrays.copyOf(data, 8192));
                second.send(
                        second.dataOut(write.initiatorTaskTag(), r2t.targetTransferTag(), 1, 8192),
                        Arrays.copyOfRange(data, 8192, data.length));
                assertThat(response(second).status()).isZero();
                assertThat(Arrays.copyOf(target.device.memory(), data.length)).isEqualTo(data);
                assertThat(target.device.opened).hasSize(1);
            }
        }
    }

    @Test
    @Clause({"7.2.2", "11.5.6"})
    void aReadGoesOnFromWhereTheInitiatorIs() throws IOException {
        try (RawClient first = target.session(KEYS)) {
            ScsiCommand read = first.command(FakeDevice.READ, 6000, 0);
            first.send(read, NO_DATA);
            for (int i = 0; i < 6; i++) {
                first.read(Opcode.DATA_IN);
            }
            response(first);
            try (RawClient second = join(first, 2)) {
                first.drop();
                assertThat(logout(second, 1)).isZero();
                assertThat(reassign(second, read, 2)).isZero();
                int[] lengths = {2048, 1904};
                int offset = 2048;
                for (int i = 0; i < lengths.length; i++) {
                    RawClient.Answer answer = second.read(Opcode.DATA_IN);
                    assertThat(new DataIn(answer.bhs()).dataSn()).isEqualTo(2 + i);
                    assertThat(answer.data())
                            .isEqualTo(Arrays.copyOfRange(target.device.memory(), offset, offset + lengths[i]));
                    offset += lengths[i];
                }
                ScsiResponse response = response(second);
                assertThat(response.status()).isZero();
                assertThat(response.expDataSn()).isEqualTo(4);
                second.expStatSn = response.statSn() + 1;
                sync(second);
                assertThat(reassign(second, read, 0))
                        .as("acknowledged, so gone")
                        .isEqualTo(1);
            }
        }
    }

    @Test
    @Clause({"6.3.4", "7.2.2"})
    void aLoginWithTheSameCidLogsTheLostConnectionOut() throws IOException {
        try (RawClient first = target.session(KEYS)) {
            ScsiCommand sense = first.command(FakeDevice.SENSE, 0, 0);
            first.send(sense, NO_DATA);
            int status = response(first).status();
            try (RawClient again = join(first, 1)) {
                assertThat(first.readToEnd()).isNull();
                assertThat(reassign(again, sense, 0)).isZero();
                RawClient.Answer answer = again.read(Opcode.SCSI_RESPONSE);
                assertThat(new ScsiResponse(answer.bhs()).status())
                        .isEqualTo(status)
                        .isEqualTo(2);
                assertThat(Arrays.copyOfRange(answer.data(), 2, answer.data().length))
                        .isEqualTo(FakeDevice.ILLEGAL_REQUEST);
                assertThat(target.device.opened).hasSize(1);
            }
        }
    }

    @Test
    @Clause({"7.1.4.3", "7.2.2"})
    void theSessionWaitsWithoutAnyConnection() throws IOException {
        try (RawClient first = target.session(KEYS)) {
            ScsiCommand write = first.command(FakeDevice.WRITE, 4096, 0);
            first.send(write, NO_DATA);
            first.read(Opcode.R2T);
            first.drop();
            try (RawClient again = join(first, 2)) {
                assertThat(logout(again, 1)).isZero();
                assertThat(reassign(again, write, 0)).isZero();
                R2t r2t = new R2t(again.read(Opcode.R2T).bhs());
                again.send(again.dataOut(write.initiatorTaskTag(), r2t.targetTransferTag(), 0, 0), new byte[4096]);
                assertThat(response(again).status()).isZero();
                assertThat(target.device.opened).hasSize(1);
            }
        }
    }

    @Test
    @Clause({"11.6.1", "7.2.2"})
    void whatCannotBeReassigned() throws IOException {
        try (RawClient first = target.session(KEYS)) {
            ScsiCommand unknown = first.command(FakeDevice.NOTHING, 0, 0);
            first.cmdSn--;
            assertThat(reassign(first, unknown, 0)).isEqualTo(1);
            ScsiCommand held = first.command(FakeDevice.HOLD, 0, 0);
            first.send(held, NO_DATA);
            sync(first);
            assertThat(reassign(first, held, 0)).as("it is on this connection").isEqualTo(STILL_ALLEGIANT);
            try (RawClient second = join(first, 2)) {
                assertThat(reassign(second, held, 0)).isEqualTo(STILL_ALLEGIANT);
                assertThat(logout(second, 7)).as("no such connection").isEqualTo(1);
            }
        }
        try (RawClient lower = target.session("ErrorRecoveryLevel=1", "MaxConnections=2")) {
            ScsiCommand held = lower.command(FakeDevice.HOLD, 0, 0);
            lower.send(held, NO_DATA);
            assertThat(reassign(lower, held, 0)).isEqualTo(NO_REASSIGNMENT);
            assertThat(logout(lower, 1)).as("recovery is not supported").isEqualTo(2);
        }
    }

    @Test
    @Clause({"11.14", "7.2.2"})
    void aConnectionMayRemoveItselfForRecovery() throws IOException {
        try (RawClient first = target.session(KEYS);
                RawClient second = join(first, 2)) {
            ScsiCommand held = first.command(FakeDevice.HOLD, 0, 0);
            first.send(held, NO_DATA);
            assertThat(logout(first, 1)).isZero();
            assertThat(first.readToEnd()).isNull();
            second.cmdSn = first.cmdSn;
            assertThat(reassign(second, held, 0)).isZero();
            second.send(second.function(1, held.initiatorTaskTag()), NO_DATA);
            assertThat(new TaskManagementResponse(
                                    second.read(Opcode.TASK_MANAGEMENT_RESPONSE).bhs())
                            .response())
                    .isZero();
            assertThat(target.device.opened.getFirst().taskCount()).isZero();
        }
    }

    @Test
    @Clause({"13.15", "7.1.4.3"})
    void commandsNobodyTakesOverEndAfterTheirTime() throws IOException {
        String[] keys = KEYS.clone();
        keys[5] = "DefaultTime2Wait=0";
        keys[6] = "DefaultTime2Retain=1";
        try (RawClient first = target.session(keys)) {
            first.send(first.command(FakeDevice.HOLD, 0, 0), NO_DATA);
            first.send(first.command(FakeDevice.READ, 2000, 0), NO_DATA);
            first.read(Opcode.DATA_IN);
            first.drop();
            assertThat(target.server.awaitNoSessions(Duration.ofSeconds(20))).isTrue();
            assertThat(target.device.open()).isEmpty();
            assertThat(target.device.opened.getFirst().taskCount()).isZero();
        }
    }

    @Test
    @Clause({"13.15", "13.20"})
    void withoutTimeToRetainNothingIsKept() throws IOException {
        String[] keys = KEYS.clone();
        keys[6] = "DefaultTime2Retain=0";
        try (RawClient first = target.session(keys);
                RawClient second = join(first, 2)) {
            ScsiCommand held = first.command(FakeDevice.HOLD, 0, 0);
            first.send(held, NO_DATA);
            sync(first);
            first.drop();
            second.read(Opcode.ASYNC_MESSAGE);
            second.cmdSn = first.cmdSn;
            assertThat(reassign(second, held, 0)).isEqualTo(1);
        }
    }

    @Test
    @Clause({"7.2.2", "11.5.1"})
    void taskManagementEndsWhatWaits() throws IOException {
        try (RawClient first = target.session(KEYS)) {
            ScsiCommand write = first.command(FakeDevice.WRITE, 4096, 0);
            ScsiCommand held = first.command(FakeDevice.HOLD, 0, 0);
            first.send(write, NO_DATA);
            first.send(held, NO_DATA);
            first.read(Opcode.R2T);
            try (RawClient second = join(first, 2)) {
                first.drop();
                second.read(Opcode.ASYNC_MESSAGE);
                second.send(second.function(5, Bhs.RESERVED_TAG), NO_DATA);
                assertThat(new TaskManagementResponse(second.read(Opcode.TASK_MANAGEMENT_RESPONSE)
                                        .bhs())
                                .response())
                        .isZero();
                assertThat(target.device.opened.getFirst().taskCount()).isZero();
                assertThat(logout(second, 1)).isZero();
                assertThat(reassign(second, write, 0)).isEqualTo(1);
            }
        }
    }

    /** The connection is cut at any moment of a write, which then ends over the next, until it is through. */
    @Test
    @Clause({"7.1.4.3", "7.2.2"})
    void aWriteSurvivesAnyNumberOfConnections() throws IOException {
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            byte[] data = new byte[16384 * 3];
            random.nextBytes(data);
            RawClient client = target.session(KEYS);
            client.isid += seed;
            ScsiCommand write = client.command(FakeDevice.WRITE, data.length, 0);
            client.send(write, NO_DATA);
            int cid = 1;
            boolean done = false;
            while (!done) {
                Bhs answer = client.read().bhs();
                if (answer.opcode() == Opcode.SCSI_RESPONSE) {
                    assertThat(new ScsiResponse(answer).status()).isZero();
                    done = true;
                    client.expStatSn = new ResponseBhs(answer).statSn() + 1;
                    client.send(client.logout(0, 0), NO_DATA);
                    client.readToEnd();
                } else if (answer.opcode() == Opcode.R2T && random.nextInt(3) > 0) {
                    answer(client, new R2t(answer), data, random.nextBoolean());
                } else {
                    client.close();
                    RawClient next = join(client, ++cid);
                    assertThat(logout(next, cid - 1)).isZero();
                    assertThat(reassign(next, write, 0)).isZero();
                    client = next;
                }
            }
            client.close();
            assertThat(Arrays.copyOf(target.device.memory(), data.length))
                    .as("seed %d", seed)
                    .isEqualTo(data);
        }
    }

    private static void answer(RawClient client, R2t r2t, byte[] data, boolean whole) throws IOException {
        int half = r2t.desiredDataTransferLength() / 2;
        int from = r2t.bufferOffset();
        var pdu = client.dataOut(r2t.initiatorTaskTag(), r2t.targetTransferTag(), 0, from);
        pdu.isFinal(!whole);
        client.send(pdu, Arrays.copyOfRange(data, from, from + half));
        if (whole) {
            client.send(
                    client.dataOut(r2t.initiatorTaskTag(), r2t.targetTransferTag(), 1, from + half),
                    Arrays.copyOfRange(data, from + half, from + r2t.desiredDataTransferLength()));
        }
    }
}
