package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataIn;
import dev.sandstone.iscsi.pdu.DataOut;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.R2t;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The target makes an ended command the next one of its session: nothing of what it was may be seen then. */
class SpareCommandTest {
    private static final String[] AGREED = {
        "InitialR2T=No", "ImmediateData=Yes", "MaxBurstLength=16384", "FirstBurstLength=8192", "MaxOutstandingR2T=2"
    };
    /** Where commands write; nobody reads that. */
    private static final int WRITTEN = 100_000;

    private TestServer target;

    @BeforeEach
    void start() throws IOException {
        target = new TestServer();
        new Random(7).nextBytes(target.device.memory());
    }

    @AfterEach
    void stop() {
        target.close();
    }

    /** Commands that leave as different traces as there are. */
    enum Kind {
        READ(FakeDevice.READ, 4096, 4096, 0),
        READ_IN_PIECES(FakeDevice.READ, 60_000, 60_000, 0),
        READ_TOO_LITTLE(FakeDevice.READ, 512, 4096, 0),
        READ_TOO_MUCH(FakeDevice.READ, 4096, 512, 0),
        REFUSED(FakeDevice.SENSE, 0, 0, 0),
        NOTHING(FakeDevice.NOTHING, 0, 0, 0),
        WRITE_IMMEDIATE(FakeDevice.WRITE, 4096, 4096, 4096),
        WRITE_ASKED(FakeDevice.WRITE, 40_000, 40_000, 0),
        WRITE_PARTLY_ASKED(FakeDevice.WRITE, 40_000, 40_000, 1000),
        WRITE_UNSOLICITED(FakeDevice.WRITE, 8192, 8192, 4096),
        WRITE_SHORT(FakeDevice.WRITE, 4096, 8192, 4096),
        WRITE_BEYOND(FakeDevice.WRITE, 8192, 4096, 4096),
        IMMEDIATE_BEYOND_FIRST_BURST(FakeDevice.WRITE, 9000, 9000, 8196),
        WRONG_DATA_SN(FakeDevice.WRITE, 4096, 4096, 0);

        private final int operation;
        private final int bytes;
        private final int expected;
        private final int immediate;

        Kind(int operation, int bytes, int expected, int immediate) {
            this.operation = operation;
            this.bytes = bytes;
            this.expected = expected;
            this.immediate = immediate;
        }
    }

    @ParameterizedTest
    @EnumSource
    void anyOtherCommandFollows(Kind first) throws IOException {
        for (Kind second : Kind.values()) {
            List<String> alone;
            try (RawClient fresh = target.session(AGREED)) {
                alone = answers(fresh, second);
            }
            try (RawClient client = target.session(AGREED)) {
                answers(client, first);
                assertThat(answers(client, second))
                        .as("%s after %s", second, first)
                        .isEqualTo(alone);
            }
        }
    }

    /** All that the target sends for a command, without what numbers and tags it. */
    private static List<String> answers(RawClient client, Kind kind) throws IOException {
        boolean unsolicited = kind == Kind.WRITE_UNSOLICITED;
        int at = kind.operation == FakeDevice.WRITE ? WRITTEN : 0;
        ScsiCommand command = client.command(kind.operation, kind.bytes, at);
        command.expectedDataTransferLength(kind.expected);
        command.isFinal(!unsolicited);
        client.send(command, new byte[kind.immediate]);
        if (unsolicited) {
            client.send(
                    client.dataOut(command.initiatorTaskTag(), Bhs.RESERVED_TAG, 0, kind.immediate),
                    new byte[kind.bytes - kind.immediate]);
        }
        List<String> seen = new ArrayList<>();
        while (true) {
            RawClient.Answer answer = client.read();
            seen.add(described(answer));
            Opcode opcode = answer.bhs().opcode();
            if (opcode == Opcode.R2T) {
                R2t asked = new R2t(answer.bhs());
                int dataSn = kind == Kind.WRONG_DATA_SN ? 3 : 0;
                DataOut data = client.dataOut(
                        asked.initiatorTaskTag(), asked.targetTransferTag(), dataSn, asked.bufferOffset());
                client.send(data, new byte[asked.desiredDataTransferLength()]);
            } else if (opcode != Opcode.DATA_IN || new DataIn(answer.bhs()).statusPresent()) {
                return seen;
            }
        }
    }

    private static String described(RawClient.Answer answer) {
        byte[] header = new byte[Bhs.LENGTH];
        answer.bhs().writeTo(header, 0);
        ByteBuffer fields = ByteBuffer.wrap(header);
        fields.putInt(16, 0);
        if (answer.bhs().opcode() == Opcode.R2T) {
            fields.putInt(20, 0);
        }
        for (int at = 24; at < 36; at += Integer.BYTES) {
            fields.putInt(at, 0);
        }
        return HexFormat.of().formatHex(header) + " " + Arrays.hashCode(answer.data());
    }
}
