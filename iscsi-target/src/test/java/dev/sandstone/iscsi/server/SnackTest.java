package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataIn;
import dev.sandstone.iscsi.pdu.NopOut;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.R2t;
import dev.sandstone.iscsi.pdu.Reject;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.pdu.ResponseBhs;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.pdu.ScsiResponse;
import dev.sandstone.iscsi.pdu.SnackRequest;
import dev.sandstone.iscsi.pdu.TextRequest;
import dev.sandstone.iscsi.session.SessionLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 7143 11.16: every type of SNACK, right and wrong. */
class SnackTest {
    private static final byte[] NO_DATA = {};
    private static final int DATA_OR_R2T = 0;
    private static final int STATUS = 1;
    private static final int DATA_ACK = 2;
    private static final int R_DATA = 3;
    private static final int SOFT = 1 << 16;

    private TestServer target;

    @BeforeEach
    void start() throws IOException {
        SessionLimits limits = new SessionLimits(SOFT, 1 << 20, Duration.ofMinutes(5), Duration.ofSeconds(1));
        target = new TestServer(
                new FakeDevice(TestServer.SIZE, null),
                options -> new ServerOptions(
                        options.portals(), options.limits(), limits, options.offer(), options.algorithms()));
        new Random(5).nextBytes(target.device.memory());
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private RawClient session(String... more) throws IOException {
        List<String> keys = new ArrayList<>(
                List.of("ErrorRecoveryLevel=1", "MaxRecvDataSegmentLength=1024", "MaxBurstLength=2560"));
        keys.addAll(List.of(more));
        return target.session(keys.toArray(String[]::new));
    }

    /** Reads a whole read: its Data-In PDUs and the response. */
    private static List<RawClient.Answer> readAll(RawClient client) throws IOException {
        List<RawClient.Answer> all = new ArrayList<>();
        do {
            all.add(client.read());
        } while (all.getLast().opcode() == Opcode.DATA_IN);
        assertThat(all.getLast().opcode()).isEqualTo(Opcode.SCSI_RESPONSE);
        return all;
    }

    private static void assertReject(RawClient client, RejectReason reason) throws IOException {
        assertThat(new Reject(client.read(Opcode.REJECT).bhs()).reason()).isEqualTo(reason.code());
    }

    private static void assertReplica(RawClient.Answer again, RawClient.Answer first) {
        ResponseBhs left = new ResponseBhs(again.bhs());
        ResponseBhs right = new ResponseBhs(first.bhs().copy());
        right.statSn(left.statSn());
        right.expCmdSn(left.expCmdSn());
        right.maxCmdSn(left.maxCmdSn());
        assertThat(left).hasToString(right.toString());
        assertThat(again.data()).isEqualTo(first.data());
    }

    @Test
    @Clause({"11.16.1", "11.16.2", "7.1.4.1"})
    void dataIsSentAgainExactlyAsItWas() throws IOException {
        try (RawClient client = session()) {
            ScsiCommand read = client.command(FakeDevice.READ, 6000, 3);
            client.send(read, NO_DATA);
            List<RawClient.Answer> sent = readAll(client);
            assertThat(sent).hasSize(8);
            int[][] runs = {{0, 1}, {2, 3}, {6, 1}, {5, 0}, {0, 0}, {0, 7}};
            for (int[] run : runs) {
                client.send(client.snack(DATA_OR_R2T, read.initiatorTaskTag(), run[0], run[1]), NO_DATA);
                int end = run[1] == 0 ? 7 : run[0] + run[1];
                for (int i = run[0]; i < end; i++) {
                    assertReplica(client.read(Opcode.DATA_IN), sent.get(i));
                }
            }
        }
    }

    @Test
    @Clause("11.16")
    void whatWasNeverSentOrIsAcknowledgedIsAProtocolError() throws IOException {
        try (RawClient client = session()) {
            ScsiCommand read = client.command(FakeDevice.READ, 6000, 0);
            client.send(read, NO_DATA);
            List<RawClient.Answer> sent = readAll(client);
            int tag = read.initiatorTaskTag();
            int[][] runs = {{7, 1}, {6, 2}, {-1, 1}, {0, 8}, {0x7fffffff, 2}, {1, -1}};
            for (int[] run : runs) {
                client.send(client.snack(DATA_OR_R2T, tag, run[0], run[1]), NO_DATA);
                assertReject(client, RejectReason.PROTOCOL_ERROR);
            }
            client.send(client.snack(DATA_OR_R2T, tag + 1000, 0, 1), NO_DATA);
            assertReject(client, RejectReason.PROTOCOL_ERROR);
            int statSn = new ResponseBhs(sent.getLast().bhs()).statSn();
            client.expStatSn = statSn + 1;
            client.send(client.snack(DATA_OR_R2T, tag, 0, 1), NO_DATA);
            assertReject(client, RejectReason.PROTOCOL_ERROR);
            client.send(client.snack(STATUS, Bhs.RESERVED_TAG, statSn, 1), NO_DATA);
            assertReject(client, RejectReason.PROTOCOL_ERROR);
        }
    }

    @Test
    @Clause({"11.16.1", "11.4", "4.2.2.2"})
    void statusesAreSentAgainWithTheirNumbers() throws IOException {
        try (RawClient client = session()) {
            client.send(client.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
            client.send(client.command(FakeDevice.SENSE, 0, 0), NO_DATA);
            client.send(client.ping(), new byte[] {1, 2, 3});
            List<RawClient.Answer> sent = List.of(client.read(), client.read(), client.read());
            int first = new ResponseBhs(sent.getFirst().bhs()).statSn();
            for (int i = 0; i < 3; i++) {
                assertThat(new ResponseBhs(sent.get(i).bhs()).statSn()).isEqualTo(first + i);
            }
            int[][] runs = {{first, 1}, {first + 1, 2}, {first + 2, 0}, {0, 0}};
            int[][] expected = {{0, 1}, {1, 3}, {2, 3}, {0, 3}};
            for (int r = 0; r < runs.length; r++) {
                client.send(client.snack(STATUS, Bhs.RESERVED_TAG, runs[r][0], runs[r][1]), NO_DATA);
                for (int i = expected[r][0]; i < expected[r][1]; i++) {
                    RawClient.Answer again = client.read();
                    assertThat(new ResponseBhs(again.bhs()).statSn()).isEqualTo(first + i);
                    assertReplica(again, sent.get(i));
                }
            }
            client.send(client.snack(STATUS, Bhs.RESERVED_TAG, first + 1, 3), NO_DATA);
            assertReject(client, RejectReason.PROTOCOL_ERROR);
            client.send(client.snack(STATUS, Bhs.RESERVED_TAG, first - 1, 1), NO_DATA);
            assertReject(client, RejectReason.PROTOCOL_ERROR);
        }
    }

    @Test
    @Clause({"4.2.2.2", "11.16"})
    void acknowledgedStatusesAreGone() throws IOException {
        try (RawClient client = session()) {
            client.send(client.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
            client.send(client.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
            int first = new ResponseBhs(client.read().bhs()).statSn();
            RawClient.Answer second = client.read();
            client.expStatSn = first + 1;
            client.send(client.snack(STATUS, Bhs.RESERVED_TAG, 0, 0), NO_DATA);
            assertReplica(client.read(Opcode.SCSI_RESPONSE), second);
            client.expStatSn = first + 40;
            client.send(client.snack(STATUS, Bhs.RESERVED_TAG, first + 1, 1), NO_DATA);
            assertReplica(client.read(Opcode.SCSI_RESPONSE), second);
        }
    }

    @Test
    @Clause({"11.16.1", "11.8"})
    void r2tsAreSentAgainUntilTheyAreAnswered() throws IOException {
        try (RawClient client = session("ImmediateData=No", "MaxOutstandingR2T=4", "DataSequenceInOrder=No")) {
            ScsiCommand write = client.command(FakeDevice.WRITE, 6000, 0);
            client.send(write, NO_DATA);
            List<RawClient.Answer> asked = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                asked.add(client.read(Opcode.R2T));
            }
            int tag = write.initiatorTaskTag();
            client.send(client.snack(DATA_OR_R2T, tag, 1, 1), NO_DATA);
            assertReplica(client.read(Opcode.R2T), asked.get(1));
            client.send(client.snack(DATA_OR_R2T, tag, 0, 0), NO_DATA);
            for (int i = 0; i < 3; i++) {
                assertReplica(client.read(Opcode.R2T), asked.get(i));
            }
            client.send(client.snack(DATA_OR_R2T, tag, 3, 1), NO_DATA);
            assertReject(client, RejectReason.PROTOCOL_ERROR);
            R2t first = new R2t(asked.getFirst().bhs());
            client.send(client.dataOut(tag, first.targetTransferTag(), 0, 0), new byte[2560]);
            client.send(client.snack(DATA_OR_R2T, tag, 0, 1), NO_DATA);
            assertReject(client, RejectReason.PROTOCOL_ERROR);
            client.send(client.snack(DATA_OR_R2T, tag, 0, 0), NO_DATA);
            assertReplica(client.read(Opcode.R2T), asked.get(1));
            assertReplica(client.read(Opcode.R2T), asked.get(2));
        }
    }

    @Test
    @Clause({"11.7.2", "11.16.1", "11.17.1"})
    void dataIsAcknowledgedOnceEachBurst() throws IOException {
        try (RawClient client = session()) {
            ScsiCommand read = client.command(FakeDevice.READ, 6000, 0);
            client.send(read, NO_DATA);
            List<RawClient.Answer> sent = readAll(client);
            int asking = Bhs.RESERVED_TAG;
            for (int i = 0; i < 7; i++) {
                DataIn pdu = new DataIn(sent.get(i).bhs());
                boolean endsBurst = i == 2 || i == 5;
                assertThat(pdu.acknowledge()).as("DataSN %d", i).isEqualTo(endsBurst);
                if (endsBurst) {
                    asking = pdu.targetTransferTag();
                    assertThat(asking).isNotEqualTo(Bhs.RESERVED_TAG);
                }
            }
            acknowledge(client, asking + 7, 3);
            assertReject(client, RejectReason.INVALID_DATA_ACK);
            acknowledge(client, asking, 8);
            assertReject(client, RejectReason.INVALID_DATA_ACK);
            acknowledge(client, asking, 3);
            int tag = read.initiatorTaskTag();
            client.send(client.snack(DATA_OR_R2T, tag, 2, 1), NO_DATA);
            assertReject(client, RejectReason.PROTOCOL_ERROR);
            client.send(client.snack(DATA_OR_R2T, tag, 3, 1), NO_DATA);
            assertReplica(client.read(Opcode.DATA_IN), sent.get(3));
            acknowledge(client, asking, 2);
            assertReject(client, RejectReason.INVALID_DATA_ACK);
        }
    }

    private static void acknowledge(RawClient client, int transferTag, int begRun) throws IOException {
        SnackRequest snack = client.snack(DATA_ACK, Bhs.RESERVED_TAG, begRun, 0);
        snack.targetTransferTag(transferTag);
        client.send(snack, NO_DATA);
    }

    @Test
    @Clause({"11.16.3", "11.4.8", "13.12"})
    void anRDataSnackBringsTheDataInNewPieces() throws IOException {
        try (RawClient client = session()) {
            ScsiCommand read = client.command(FakeDevice.READ, 6000, 0);
            client.send(read, NO_DATA);
            List<RawClient.Answer> sent = readAll(client);
            TextRequest text = new TextRequest();
            text.immediate(true);
            text.initiatorTaskTag(client.nextTag++);
            text.targetTransferTag(Bhs.RESERVED_TAG);
            text.cmdSn(client.cmdSn);
            text.expStatSn(client.expStatSn);
            client.send(text, RawClient.text("MaxRecvDataSegmentLength=2048"));
            client.read(Opcode.TEXT_RESPONSE);
            SnackRequest snack = client.snack(R_DATA, read.initiatorTaskTag(), 0, 0);
            snack.targetTransferTag(0x1234);
            client.send(snack, NO_DATA);
            List<RawClient.Answer> again = readAll(client);
            int[] lengths = {2048, 512, 2048, 512, 880};
            int offset = 0;
            for (int i = 0; i < lengths.length; i++) {
                assertThat(new DataIn(again.get(i).bhs()).dataSn()).isEqualTo(i);
                assertThat(again.get(i).data())
                        .isEqualTo(Arrays.copyOfRange(target.device.memory(), offset, offset + lengths[i]));
                offset += lengths[i];
            }
            ScsiResponse response = new ScsiResponse(again.getLast().bhs());
            assertThat(response.snackTag()).isEqualTo(0x1234);
            assertThat(response.expDataSn()).isEqualTo(5);
            assertThat(response.statSn())
                    .isEqualTo(new ResponseBhs(sent.getLast().bhs()).statSn());
        }
    }

    @Test
    @Clause({"11.16", "11.17.1"})
    void fieldsThatCannotBeAreRejected() throws IOException {
        try (RawClient client = session()) {
            ScsiCommand read = client.command(FakeDevice.READ, 1000, 0);
            client.send(read, NO_DATA);
            readAll(client);
            for (int type = 4; type < 16; type++) {
                client.send(client.snack(type, read.initiatorTaskTag(), 0, 0), NO_DATA);
                assertReject(client, RejectReason.INVALID_PDU_FIELD);
            }
            client.send(client.snack(R_DATA, read.initiatorTaskTag(), 0, 0), NO_DATA);
            assertReject(client, RejectReason.INVALID_PDU_FIELD);
            SnackRequest run = client.snack(R_DATA, read.initiatorTaskTag(), 1, 0);
            run.targetTransferTag(5);
            client.send(run, NO_DATA);
            assertReject(client, RejectReason.INVALID_PDU_FIELD);
        }
    }

    @Test
    @Clause("11.16")
    void atErrorRecoveryLevelZeroNothingIsSentAgain() throws IOException {
        try (RawClient client = target.session()) {
            client.send(client.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
            int statSn = new ResponseBhs(client.read(Opcode.SCSI_RESPONSE).bhs()).statSn();
            client.send(client.snack(STATUS, Bhs.RESERVED_TAG, statSn, 1), NO_DATA);
            assertReject(client, RejectReason.SNACK_REJECT);
        }
    }

    @Test
    @Clause({"11.16", "4.2.2.2"})
    void whatIsKeptIsBounded() throws IOException {
        try (RawClient client = target.session("ErrorRecoveryLevel=1")) {
            List<Integer> tags = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                ScsiCommand read = client.command(FakeDevice.READ, SOFT / 2, 0);
                tags.add(read.initiatorTaskTag());
                client.send(read, NO_DATA);
                readAll(client);
            }
            client.send(client.snack(DATA_OR_R2T, tags.getFirst(), 0, 1), NO_DATA);
            assertReject(client, RejectReason.SNACK_REJECT);
            client.send(client.snack(DATA_OR_R2T, tags.getLast(), 0, 1), NO_DATA);
            client.read(Opcode.DATA_IN);
            int first = 0;
            for (int i = 0; i < 5000; i++) {
                NopOut ping = client.ping();
                client.send(ping, NO_DATA);
                int statSn = new ResponseBhs(client.read(Opcode.NOP_IN).bhs()).statSn();
                first = i == 0 ? statSn : first;
            }
            client.send(client.snack(STATUS, Bhs.RESERVED_TAG, first, 1), NO_DATA);
            assertReject(client, RejectReason.SNACK_REJECT);
            client.send(client.snack(STATUS, Bhs.RESERVED_TAG, first + 4999, 1), NO_DATA);
            client.read(Opcode.NOP_IN);
        }
    }

    @Test
    @Clause({"4.2.2.1", "11.3"})
    void aTaskTagIsFreeAgainOnceItsStatusIsAcknowledged() throws IOException {
        try (RawClient client = session()) {
            for (int i = 0; i < 5; i++) {
                client.nextTag = 9;
                client.send(client.command(FakeDevice.READ, 3000, i), NO_DATA);
                List<RawClient.Answer> all = readAll(client);
                assertThat(all.getFirst().data()).isEqualTo(Arrays.copyOfRange(target.device.memory(), i, i + 1024));
                client.expStatSn = new ResponseBhs(all.getLast().bhs()).statSn() + 1;
            }
        }
    }
}
