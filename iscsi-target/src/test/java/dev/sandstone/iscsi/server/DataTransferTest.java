package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataIn;
import dev.sandstone.iscsi.pdu.DataOut;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.R2t;
import dev.sandstone.iscsi.pdu.Reject;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.pdu.ScsiResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 7143 11.7, 11.8: Data-In, Data-Out and R2T byte by byte. */
class DataTransferTest {
    private static final byte[] NO_DATA = {};
    private static final String[] SOLICITED_ONLY = {"InitialR2T=Yes", "ImmediateData=No"};
    private static final String[] UNSOLICITED = {
        "InitialR2T=No", "ImmediateData=Yes", "MaxBurstLength=16384", "FirstBurstLength=8192", "MaxOutstandingR2T=2"
    };

    private TestServer target;
    private final Random random = new Random(7);

    @BeforeEach
    void start() throws IOException {
        target = new TestServer();
        random.nextBytes(target.device.memory());
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private byte[] stored(int at, int length) {
        return Arrays.copyOfRange(target.device.memory(), at, at + length);
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static ScsiResponse response(RawClient client) throws IOException {
        return new ScsiResponse(client.read(Opcode.SCSI_RESPONSE).bhs());
    }

    // ---- Data-In ----------------------------------------------------------------------------------------------------

    @Test
    @Clause("11.7.3")
    void readEndsWithStatusInTheLastDataIn() throws IOException {
        try (RawClient client = target.session()) {
            ScsiCommand command = client.command(FakeDevice.READ, 4096, 512);
            client.send(command, NO_DATA);
            RawClient.Answer answer = client.read(Opcode.DATA_IN);
            DataIn dataIn = new DataIn(answer.bhs());
            assertThat(answer.data()).isEqualTo(stored(512, 4096));
            assertThat(dataIn.isFinal()).isTrue();
            assertThat(dataIn.statusPresent()).isTrue();
            assertThat(dataIn.status()).isZero();
            assertThat(dataIn.underflow() || dataIn.overflow()).isFalse();
            assertThat(dataIn.targetTransferTag()).isEqualTo(Bhs.RESERVED_TAG);
            assertThat(dataIn.expCmdSn()).isEqualTo(command.cmdSn() + 1);
            assertThat(dataIn.maxCmdSn()).isEqualTo(command.cmdSn() + 64);
        }
    }

    @Test
    @Clause({"11.7.1", "13.12", "13.13"})
    void dataInIsCutAtSegmentAndBurst() throws IOException {
        try (RawClient client = target.session("MaxRecvDataSegmentLength=1024", "MaxBurstLength=2560")) {
            client.send(client.command(FakeDevice.READ, 6000, 3), NO_DATA);
            int[] lengths = {1024, 1024, 512, 1024, 1024, 512, 880};
            int offset = 0;
            for (int i = 0; i < lengths.length; i++) {
                RawClient.Answer answer = client.read(Opcode.DATA_IN);
                DataIn dataIn = new DataIn(answer.bhs());
                assertThat(answer.data()).isEqualTo(stored(3 + offset, lengths[i]));
                assertThat(dataIn.dataSn()).isEqualTo(i);
                assertThat(dataIn.bufferOffset()).isEqualTo(offset);
                assertThat(dataIn.isFinal()).isEqualTo(lengths[i] < 1024);
                assertThat(dataIn.statusPresent()).isEqualTo(i == lengths.length - 1);
                offset += lengths[i];
            }
        }
    }

    @Test
    void longReadIsNotCopiedAndExact() throws IOException {
        try (RawClient client =
                target.session("MaxRecvDataSegmentLength=262144", "HeaderDigest=CRC32C", "DataDigest=CRC32C")) {
            client.digests(true, true);
            client.send(client.command(FakeDevice.READ, 600_001, 0), NO_DATA);
            byte[] all = new byte[600_001];
            int at = 0;
            while (at < all.length) {
                byte[] part = client.read(Opcode.DATA_IN).data();
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
            assertThat(all).isEqualTo(stored(0, all.length));
        }
    }

    @Test
    @Clause("11.4.5")
    void residualsOfReads() throws IOException {
        try (RawClient client = target.session()) {
            ScsiCommand wide = client.command(FakeDevice.READ, 512, 0);
            wide.expectedDataTransferLength(4096);
            client.send(wide, NO_DATA);
            RawClient.Answer under = client.read(Opcode.DATA_IN);
            assertThat(under.data()).hasSize(512);
            assertThat(new DataIn(under.bhs()).underflow()).isTrue();
            assertThat(new DataIn(under.bhs()).residual()).isEqualTo(3584);

            ScsiCommand narrow = client.command(FakeDevice.READ, 4096, 0);
            narrow.expectedDataTransferLength(100);
            client.send(narrow, NO_DATA);
            RawClient.Answer over = client.read(Opcode.DATA_IN);
            assertThat(over.data()).isEqualTo(stored(0, 100));
            assertThat(new DataIn(over.bhs()).overflow()).isTrue();
            assertThat(new DataIn(over.bhs()).residual()).isEqualTo(3996);

            ScsiCommand none = client.command(FakeDevice.READ, 4096, 0);
            none.read(false);
            none.expectedDataTransferLength(0);
            client.send(none, NO_DATA);
            ScsiResponse response = response(client);
            assertThat(response.overflow()).isTrue();
            assertThat(response.residual()).isEqualTo(4096);
        }
    }

    /** The W bit alone expects no data to be read, whatever its length says. */
    @Test
    @Clause("11.4.5")
    void aReadThatIsAnnouncedAsAWriteOverflowsByAllOfIt() throws IOException {
        try (RawClient client = target.session()) {
            for (int expected : new int[] {512, 4096, 8192}) {
                ScsiCommand command = client.command(FakeDevice.READ, 4096, 0);
                command.read(false);
                command.write(true);
                command.expectedDataTransferLength(expected);
                client.send(command, NO_DATA);
                ScsiResponse response = response(client);
                assertThat(response.status()).isZero();
                assertThat(response.overflow()).isTrue();
                assertThat(response.underflow()).isFalse();
                assertThat(response.residual()).isEqualTo(4096);
            }
        }
    }

    @Test
    @Clause("11.4.7.2")
    void senseTravelsInTheResponse() throws IOException {
        try (RawClient client = target.session()) {
            ScsiCommand command = client.command(FakeDevice.SENSE, 0, 0);
            client.send(command, NO_DATA);
            RawClient.Answer answer = client.read(Opcode.SCSI_RESPONSE);
            ScsiResponse response = new ScsiResponse(answer.bhs());
            assertThat(response.status()).isEqualTo(2);
            assertThat(response.response()).isZero();
            assertThat(response.initiatorTaskTag()).isEqualTo(command.initiatorTaskTag());
            assertThat(answer.data()).hasSize(20);
            assertThat(answer.data()[1]).isEqualTo((byte) 18);
            assertThat(Arrays.copyOfRange(answer.data(), 2, 20)).isEqualTo(FakeDevice.ILLEGAL_REQUEST);
        }
    }

    // ---- Data-Out ---------------------------------------------------------------------------------------------------

    @Test
    @Clause({"4.2.5.2", "13.11"})
    void immediateDataIsWritten() throws IOException {
        try (RawClient client = target.session(UNSOLICITED)) {
            byte[] data = randomBytes(4096);
            client.send(client.command(FakeDevice.WRITE, 4096, 8192), data);
            ScsiResponse response = response(client);
            assertThat(response.status()).isZero();
            assertThat(response.expDataSn()).isZero();
            assertThat(stored(8192, 4096)).isEqualTo(data);
        }
    }

    @Test
    @Clause({"11.8", "13.13"})
    void solicitedDataComesInBursts() throws IOException {
        try (RawClient client = target.session(UNSOLICITED)) {
            byte[] data = randomBytes(50_000);
            ScsiCommand command = client.command(FakeDevice.WRITE, data.length, 100);
            client.send(command, Arrays.copyOf(data, 1000));
            int r2tSn = 0;
            int offset = 1000;
            int ahead = 0;
            R2t[] asked = new R2t[4];
            while (offset < data.length) {
                while (ahead < r2tSn + 2 && 1000 + ahead * 16384 < data.length) {
                    asked[ahead] = new R2t(client.read(Opcode.R2T).bhs());
                    assertThat(asked[ahead].r2tSn()).isEqualTo(ahead);
                    assertThat(asked[ahead].bufferOffset()).isEqualTo(1000 + ahead * 16384);
                    ahead++;
                }
                R2t r2t = asked[r2tSn++];
                int length = Math.min(16384, data.length - offset);
                assertThat(r2t.desiredDataTransferLength()).isEqualTo(length);
                int half = length / 2 & ~3;
                DataOut first = client.dataOut(command.initiatorTaskTag(), r2t.targetTransferTag(), 0, offset);
                first.isFinal(false);
                client.send(first, Arrays.copyOfRange(data, offset, offset + half));
                client.send(
                        client.dataOut(command.initiatorTaskTag(), r2t.targetTransferTag(), 1, offset + half),
                        Arrays.copyOfRange(data, offset + half, offset + length));
                offset += length;
            }
            ScsiResponse response = response(client);
            assertThat(response.status()).isZero();
            assertThat(response.expDataSn()).isEqualTo(3);
            assertThat(stored(100, data.length)).isEqualTo(data);
        }
    }

    @Test
    @Clause({"4.2.5.2", "13.14"})
    void unsolicitedDataSharesTheFirstBurst() throws IOException {
        try (RawClient client = target.session(UNSOLICITED)) {
            byte[] data = randomBytes(9000);
            ScsiCommand command = client.command(FakeDevice.WRITE, data.length, 0);
            command.isFinal(false);
            client.send(command, Arrays.copyOf(data, 4096));
            client.send(
                    client.dataOut(command.initiatorTaskTag(), Bhs.RESERVED_TAG, 0, 4096),
                    Arrays.copyOfRange(data, 4096, 8192));
            R2t r2t = new R2t(client.read(Opcode.R2T).bhs());
            assertThat(r2t.bufferOffset()).isEqualTo(8192);
            assertThat(r2t.desiredDataTransferLength()).isEqualTo(808);
            client.send(
                    client.dataOut(command.initiatorTaskTag(), r2t.targetTransferTag(), 0, 8192),
                    Arrays.copyOfRange(data, 8192, 9000));
            assertThat(response(client).status()).isZero();
            assertThat(stored(0, data.length)).isEqualTo(data);
        }
    }

    @Test
    @Clause({"13.14", "11.4.7.2"})
    void moreThanTheFirstBurstFailsTheWrite() throws IOException {
        byte[] before = stored(0, 9000);
        try (RawClient client = target.session(UNSOLICITED)) {
            ScsiCommand command = client.command(FakeDevice.WRITE, 9000, 0);
            command.isFinal(false);
            client.send(command, randomBytes(8192));
            client.send(client.dataOut(command.initiatorTaskTag(), Bhs.RESERVED_TAG, 0, 8192), randomBytes(4));
            assertSense(client, 0x0b, 0x0c, 0x0d);

            ScsiCommand immediate = client.command(FakeDevice.WRITE, 9000, 0);
            client.send(immediate, randomBytes(8193));
            assertSense(client, 0x0b, 0x0c, 0x0d);
            assertThat(stored(0, 9000)).isEqualTo(before);
        }
    }

    @Test
    @Clause({"13.11", "11.4.7.2"})
    void immediateDataThatWasNotAgreedFailsTheWrite() throws IOException {
        try (RawClient client = target.session(SOLICITED_ONLY)) {
            client.send(client.command(FakeDevice.WRITE, 512, 0), randomBytes(512));
            assertSense(client, 0x0b, 0x0c, 0x0c);
        }
    }

    @Test
    @Clause("7.9")
    void wrongDataSnFailsTheWriteAtItsEnd() throws IOException {
        byte[] before = stored(0, 8192);
        try (RawClient client = target.session(SOLICITED_ONLY)) {
            ScsiCommand command = client.command(FakeDevice.WRITE, 8192, 0);
            client.send(command, NO_DATA);
            R2t r2t = new R2t(client.read(Opcode.R2T).bhs());
            DataOut first = client.dataOut(command.initiatorTaskTag(), r2t.targetTransferTag(), 1, 0);
            first.isFinal(false);
            client.send(first, randomBytes(4096));
            client.send(
                    client.dataOut(command.initiatorTaskTag(), r2t.targetTransferTag(), 2, 4096), randomBytes(4096));
            assertSense(client, 0x0b, 0x47, 0x05);
            assertThat(stored(0, 8192)).isEqualTo(before);
        }
    }

    @Test
    @Clause("11.4.7.2")
    void wrongOffsetAndShortSequenceFailTheWrite() throws IOException {
        try (RawClient client = target.session(SOLICITED_ONLY)) {
            ScsiCommand command = client.command(FakeDevice.WRITE, 8192, 0);
            client.send(command, NO_DATA);
            R2t r2t = new R2t(client.read(Opcode.R2T).bhs());
            client.send(client.dataOut(command.initiatorTaskTag(), r2t.targetTransferTag(), 0, 4), randomBytes(4096));
            assertSense(client, 0x0b, 0x0c, 0x0d);

            ScsiCommand second = client.command(FakeDevice.WRITE, 8192, 0);
            client.send(second, NO_DATA);
            R2t ask = new R2t(client.read(Opcode.R2T).bhs());
            client.send(client.dataOut(second.initiatorTaskTag(), ask.targetTransferTag(), 0, 0), randomBytes(4096));
            assertSense(client, 0x0b, 0x0c, 0x0d);
        }
    }

    @Test
    @Clause({"11.7.4", "11.17.1"})
    void dataForAnUnknownTagIsRejected() throws IOException {
        try (RawClient client = target.session(SOLICITED_ONLY)) {
            client.send(client.dataOut(77, 5, 0, 0), randomBytes(512));
            assertReject(client, RejectReason.INVALID_PDU_FIELD);
            ScsiCommand command = client.command(FakeDevice.WRITE, 512, 0);
            client.send(command, NO_DATA);
            R2t r2t = new R2t(client.read(Opcode.R2T).bhs());
            client.send(
                    client.dataOut(command.initiatorTaskTag(), r2t.targetTransferTag() + 1, 0, 0), randomBytes(512));
            assertReject(client, RejectReason.INVALID_PDU_FIELD);
            byte[] data = randomBytes(512);
            client.send(client.dataOut(command.initiatorTaskTag(), r2t.targetTransferTag(), 0, 0), data);
            assertThat(response(client).status()).isZero();
            assertThat(stored(0, 512)).isEqualTo(data);
        }
    }

    @Test
    @Clause("11.4.5")
    void writeThatWantsLessThanSentReportsUnderflow() throws IOException {
        try (RawClient client = target.session(UNSOLICITED)) {
            ScsiCommand command = client.command(FakeDevice.WRITE, 512, 0);
            command.expectedDataTransferLength(2048);
            byte[] data = randomBytes(2048);
            client.send(command, data);
            ScsiResponse response = response(client);
            assertThat(response.status()).isZero();
            assertThat(response.underflow()).isTrue();
            assertThat(response.residual()).isEqualTo(1536);
            assertThat(stored(0, 512)).isEqualTo(Arrays.copyOf(data, 512));
        }
    }

    @Test
    @Clause("11.4.2")
    void statusWaitsForUnsolicitedDataOfAFailedCommand() throws IOException {
        try (RawClient client = target.session(UNSOLICITED)) {
            ScsiCommand command = client.command(FakeDevice.WRITE, 8192, 0);
            byte[] cdb = new byte[16];
            cdb[0] = (byte) FakeDevice.SENSE;
            command.cdb(cdb);
            command.isFinal(false);
            client.send(command, randomBytes(4096));
            ScsiCommand other = client.command(FakeDevice.NOTHING, 0, 0);
            client.send(other, NO_DATA);
            assertThat(response(client).initiatorTaskTag()).isEqualTo(other.initiatorTaskTag());
            client.send(client.dataOut(command.initiatorTaskTag(), Bhs.RESERVED_TAG, 0, 4096), randomBytes(4096));
            ScsiResponse late = response(client);
            assertThat(late.initiatorTaskTag()).isEqualTo(command.initiatorTaskTag());
            assertThat(late.status()).isEqualTo(2);
        }
    }

    private static void assertSense(RawClient client, int key, int asc, int ascq) throws IOException {
        RawClient.Answer answer = client.read(Opcode.SCSI_RESPONSE);
        assertThat(new ScsiResponse(answer.bhs()).status()).isEqualTo(2);
        assertThat(answer.data()[2 + 2] & 0x0f).isEqualTo(key);
        assertThat(answer.data()[2 + 12] & 0xff).isEqualTo(asc);
        assertThat(answer.data()[2 + 13] & 0xff).isEqualTo(ascq);
    }

    private static void assertReject(RawClient client, RejectReason reason) throws IOException {
        RawClient.Answer answer = client.read(Opcode.REJECT);
        assertThat(new Reject(answer.bhs()).reason()).isEqualTo(reason.code());
        assertThat(answer.data()).hasSize(Bhs.LENGTH);
    }
}
