package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataOut;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.R2t;
import dev.sandstone.iscsi.pdu.Reject;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.pdu.ScsiResponse;
import dev.sandstone.iscsi.session.SessionLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Write data that is damaged, lost or out of order at error recovery level 1 (RFC 7143 7.1.4.1, 7.8, 7.9). */
class WithinCommandTest {
    private static final byte[] NO_DATA = {};
    private static final int PIECE = 4096;
    private static final String[] KEYS = {
        "ErrorRecoveryLevel=1",
        "DataDigest=CRC32C",
        "ImmediateData=No",
        "InitialR2T=Yes",
        "MaxBurstLength=16384",
        "DataPDUInOrder=Yes",
        "DataSequenceInOrder=Yes"
    };

    private final Random random = new Random(11);
    private TestServer target;

    @BeforeEach
    void start() throws IOException {
        SessionLimits limits = new SessionLimits(
                1 << 25, 1 << 27, Duration.ofMinutes(5), Duration.ofSeconds(1), Duration.ofMillis(150));
        target = new TestServer(
                new FakeDevice(TestServer.SIZE, null),
                options -> new ServerOptions(
                        options.portals(), options.limits(), limits, options.offer(), options.algorithms()));
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private RawClient session(String... keys) throws IOException {
        RawClient client = target.session(keys.length == 0 ? KEYS : keys);
        client.digests(false, true);
        return client;
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] stored(int length) {
        return Arrays.copyOf(target.device.memory(), length);
    }

    private static R2t r2t(RawClient client) throws IOException {
        return new R2t(client.read(Opcode.R2T).bhs());
    }

    /** One PDU of a sequence. */
    private static DataOut piece(RawClient client, R2t r2t, int dataSn, int offset, boolean last) {
        DataOut pdu = client.dataOut(r2t.initiatorTaskTag(), r2t.targetTransferTag(), dataSn, offset);
        pdu.isFinal(last);
        return pdu;
    }

    private static void send(RawClient client, DataOut pdu, byte[] all) throws IOException {
        client.send(pdu, Arrays.copyOfRange(all, pdu.bufferOffset(), pdu.bufferOffset() + PIECE));
    }

    private static void assertGood(RawClient client, int expDataSn) throws IOException {
        ScsiResponse response =
                new ScsiResponse(client.read(Opcode.SCSI_RESPONSE).bhs());
        assertThat(response.status()).isZero();
        assertThat(response.expDataSn()).isEqualTo(expDataSn);
    }

    private static void assertReject(RawClient client, RejectReason reason) throws IOException {
        assertThat(new Reject(client.read(Opcode.REJECT).bhs()).reason()).isEqualTo(reason.code());
    }

    private static void assertR2t(R2t r2t, int r2tSn, int offset, int length) {
        assertThat(r2t.r2tSn()).isEqualTo(r2tSn);
        assertThat(r2t.bufferOffset()).isEqualTo(offset);
        assertThat(r2t.desiredDataTransferLength()).isEqualTo(length);
    }

    @Test
    @Clause({"7.8", "11.17.1"})
    void damagedDataIsRejectedAndAskedForAgain() throws IOException {
        try (RawClient client = session()) {
            byte[] data = randomBytes(3 * PIECE);
            client.send(client.command(FakeDevice.WRITE, data.length, 0), NO_DATA);
            R2t first = r2t(client);
            send(client, piece(client, first, 0, 0, false), data);
            client.sendDamaged(piece(client, first, 1, PIECE, false), new byte[PIECE]);
            assertReject(client, RejectReason.DATA_DIGEST_ERROR);
            send(client, piece(client, first, 2, 2 * PIECE, true), data);
            R2t again = r2t(client);
            assertR2t(again, 1, PIECE, PIECE);
            assertThat(again.targetTransferTag()).isNotEqualTo(first.targetTransferTag());
            send(client, piece(client, again, 0, PIECE, true), data);
            assertGood(client, 2);
            assertThat(stored(data.length)).isEqualTo(data);
        }
    }

    @Test
    @Clause({"7.8", "11.8"})
    void aDamagedEndOfASequenceIsAskedForAtOnce() throws IOException {
        try (RawClient client = session()) {
            byte[] data = randomBytes(5 * PIECE);
            client.send(client.command(FakeDevice.WRITE, data.length, 0), NO_DATA);
            R2t first = r2t(client);
            for (int i = 0; i < 3; i++) {
                send(client, piece(client, first, i, i * PIECE, false), data);
            }
            client.sendDamaged(piece(client, first, 3, 3 * PIECE, true), new byte[PIECE]);
            assertReject(client, RejectReason.DATA_DIGEST_ERROR);
            R2t again = r2t(client);
            assertR2t(again, 1, 3 * PIECE, 2 * PIECE);
            send(client, piece(client, again, 0, 3 * PIECE, false), data);
            send(client, piece(client, again, 1, 4 * PIECE, true), data);
            assertGood(client, 2);
            assertThat(stored(data.length)).isEqualTo(data);
        }
    }

    @Test
    @Clause("7.9")
    void aGapInDataSnIsAskedForAgain() throws IOException {
        try (RawClient client = session()) {
            byte[] data = randomBytes(4 * PIECE);
            client.send(client.command(FakeDevice.WRITE, data.length, 0), NO_DATA);
            R2t first = r2t(client);
            send(client, piece(client, first, 1, PIECE, false), data);
            send(client, piece(client, first, 3, 3 * PIECE, true), data);
            R2t second = r2t(client);
            assertR2t(second, 1, 0, PIECE);
            send(client, piece(client, second, 0, 0, true), data);
            R2t third = r2t(client);
            assertR2t(third, 2, 2 * PIECE, PIECE);
            send(client, piece(client, third, 0, 2 * PIECE, true), data);
            assertGood(client, 3);
            assertThat(stored(data.length)).isEqualTo(data);
        }
    }

    @Test
    @Clause("7.1.4.1")
    void aSequenceThatFallsSilentIsAskedForAgainAndItsLateDataIsDropped() throws IOException {
        try (RawClient client = session()) {
            byte[] data = randomBytes(2 * PIECE);
            client.send(client.command(FakeDevice.WRITE, data.length, 0), NO_DATA);
            R2t first = r2t(client);
            send(client, piece(client, first, 0, 0, false), data);
            R2t again = r2t(client);
            assertR2t(again, 1, PIECE, PIECE);
            client.send(piece(client, first, 1, PIECE, true), new byte[PIECE]);
            send(client, piece(client, again, 0, PIECE, true), data);
            assertGood(client, 2);
            assertThat(stored(data.length)).isEqualTo(data);
        }
    }

    @Test
    @Clause({"7.8", "4.2.5.2"})
    void damagedUnsolicitedDataIsAskedForByR2t() throws IOException {
        String[] keys = KEYS.clone();
        keys[2] = "ImmediateData=Yes";
        keys[3] = "InitialR2T=No";
        try (RawClient client = session(keys)) {
            byte[] data = randomBytes(3 * PIECE);
            ScsiCommand write = client.command(FakeDevice.WRITE, data.length, 0);
            write.isFinal(false);
            client.send(write, Arrays.copyOf(data, PIECE));
            DataOut unsolicited = client.dataOut(write.initiatorTaskTag(), Bhs.RESERVED_TAG, 0, PIECE);
            unsolicited.isFinal(false);
            client.sendDamaged(unsolicited, new byte[PIECE]);
            assertReject(client, RejectReason.DATA_DIGEST_ERROR);
            send(client, client.dataOut(write.initiatorTaskTag(), Bhs.RESERVED_TAG, 1, 2 * PIECE), data);
            R2t again = r2t(client);
            assertR2t(again, 0, PIECE, PIECE);
            send(client, piece(client, again, 0, PIECE, true), data);
            assertGood(client, 1);
            assertThat(stored(data.length)).isEqualTo(data);
        }
    }

    @Test
    @Clause({"7.8", "11.4.7.2"})
    void whoNeverSendsTheDataLosesTheCommandNotTheSession() throws IOException {
        try (RawClient client = session()) {
            byte[] before = stored(PIECE);
            client.send(client.command(FakeDevice.WRITE, PIECE, 0), NO_DATA);
            Bhs answer = client.read().bhs();
            int asked = 0;
            while (answer.opcode() == Opcode.R2T) {
                asked++;
                client.send(piece(client, new R2t(answer), 0, 0, true), NO_DATA);
                answer = client.read().bhs();
            }
            assertThat(new ScsiResponse(answer).status()).isEqualTo(2);
            assertThat(asked).isEqualTo(9);
            assertThat(stored(PIECE)).isEqualTo(before);
            client.send(client.ping(), NO_DATA);
            client.read(Opcode.NOP_IN);
        }
    }

    @Test
    @Clause({"13.19", "13.17"})
    void withSequencesInOrderOneR2tIsOutstanding() throws IOException {
        String[] keys = Arrays.copyOf(KEYS, KEYS.length + 1);
        keys[KEYS.length] = "MaxOutstandingR2T=4";
        try (RawClient client = session(keys)) {
            client.send(client.command(FakeDevice.WRITE, 3 * 16384, 0), NO_DATA);
            assertR2t(r2t(client), 0, 0, 16384);
            client.send(client.ping(), NO_DATA);
            client.read(Opcode.NOP_IN);
        }
    }

    @Test
    @Clause("13.18")
    void dataOfASequenceMayComeInAnyOrder() throws IOException {
        for (String level : new String[] {"0", "1"}) {
            try (RawClient client = session(
                    "ErrorRecoveryLevel=" + level,
                    "DataDigest=CRC32C",
                    "ImmediateData=No",
                    "MaxBurstLength=16384",
                    "DataPDUInOrder=No",
                    "DataSequenceInOrder=Yes")) {
                byte[] data = randomBytes(4 * PIECE);
                client.send(client.command(FakeDevice.WRITE, data.length, 0), NO_DATA);
                R2t r2t = r2t(client);
                int[] order = {2, 0, 3, 1};
                for (int i = 0; i < order.length; i++) {
                    send(client, piece(client, r2t, i, order[i] * PIECE, i == 3), data);
                }
                assertGood(client, 1);
                assertThat(stored(data.length)).isEqualTo(data);
            }
        }
    }

    @Test
    @Clause("13.19")
    void sequencesMayComeInAnyOrder() throws IOException {
        for (String level : new String[] {"0", "1"}) {
            try (RawClient client = session(
                    "ErrorRecoveryLevel=" + level,
                    "DataDigest=CRC32C",
                    "ImmediateData=No",
                    "MaxBurstLength=4096",
                    "MaxOutstandingR2T=3",
                    "DataPDUInOrder=Yes",
                    "DataSequenceInOrder=No")) {
                byte[] data = randomBytes(4 * PIECE);
                client.send(client.command(FakeDevice.WRITE, data.length, 0), NO_DATA);
                R2t[] asked = {r2t(client), r2t(client), r2t(client)};
                send(client, piece(client, asked[2], 0, 2 * PIECE, true), data);
                R2t last = r2t(client);
                assertR2t(last, 3, 3 * PIECE, PIECE);
                send(client, piece(client, asked[0], 0, 0, true), data);
                send(client, piece(client, last, 0, 3 * PIECE, true), data);
                send(client, piece(client, asked[1], 0, PIECE, true), data);
                assertGood(client, 4);
                assertThat(stored(data.length)).isEqualTo(data);
            }
        }
    }

    @Test
    @Clause({"13.18", "7.9"})
    void inAnyOrderWithoutRecoveryTheNumbersStillCount() throws IOException {
        try (RawClient client = session("DataDigest=CRC32C", "ImmediateData=No", "DataPDUInOrder=No")) {
            client.send(client.command(FakeDevice.WRITE, 2 * PIECE, 0), NO_DATA);
            R2t r2t = r2t(client);
            client.send(piece(client, r2t, 1, 0, false), new byte[PIECE]);
            client.send(piece(client, r2t, 2, PIECE, true), new byte[PIECE]);
            RawClient.Answer answer = client.read(Opcode.SCSI_RESPONSE);
            assertThat(new ScsiResponse(answer.bhs()).status()).isEqualTo(2);
            assertThat(answer.data()[2 + 12]).isEqualTo((byte) 0x47);
        }
    }

    @Test
    @Clause({"11.7.4", "7.8"})
    void bytesThatAreThereAreNeverWrittenAgain() throws IOException {
        try (RawClient client = session()) {
            byte[] data = randomBytes(2 * PIECE);
            client.send(client.command(FakeDevice.WRITE, data.length, 0), NO_DATA);
            R2t r2t = r2t(client);
            send(client, piece(client, r2t, 0, 0, false), data);
            client.send(piece(client, r2t, 1, 0, false), new byte[PIECE]);
            send(client, piece(client, r2t, 2, PIECE, true), data);
            assertGood(client, 1);
            assertThat(stored(data.length)).isEqualTo(data);
        }
    }

    /** Any damage, loss and repetition: what is stored is what was sent, whole. */
    @Test
    @Clause({"7.8", "7.9", "7.1.4.1"})
    void anyFaultsAreMended() throws IOException {
        for (int seed = 0; seed < 40; seed++) {
            Random faults = new Random(seed);
            try (RawClient client = session()) {
                byte[] data = randomBytes((1 + faults.nextInt(24)) * PIECE);
                client.send(client.command(FakeDevice.WRITE, data.length, 0), NO_DATA);
                Bhs answer = client.read().bhs();
                while (answer.opcode() != Opcode.SCSI_RESPONSE) {
                    if (answer.opcode() == Opcode.R2T) {
                        answer(client, new R2t(answer), data, faults);
                    }
                    answer = client.read().bhs();
                }
                assertThat(new ScsiResponse(answer).status())
                        .as("seed %d", seed)
                        .isZero();
                assertThat(stored(data.length)).as("seed %d", seed).isEqualTo(data);
            }
        }
    }

    private static void answer(RawClient client, R2t r2t, byte[] data, Random faults) throws IOException {
        int pieces = r2t.desiredDataTransferLength() / PIECE;
        for (int i = 0; i < pieces; i++) {
            DataOut pdu = piece(client, r2t, i, r2t.bufferOffset() + i * PIECE, i == pieces - 1);
            int fault = i == 0 ? 3 : faults.nextInt(8);
            boolean lost = fault == 0 && i < pieces - 1;
            if (fault == 1) {
                client.sendDamaged(pdu, new byte[PIECE]);
            } else if (!lost) {
                send(client, pdu, data);
            }
        }
    }
}
