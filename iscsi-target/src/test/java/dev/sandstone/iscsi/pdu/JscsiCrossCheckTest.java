package dev.sandstone.iscsi.pdu;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.Stream;
import org.jscsi.parser.AbstractMessageParser;
import org.jscsi.parser.InitiatorMessageParser;
import org.jscsi.parser.ProtocolDataUnit;
import org.jscsi.parser.ProtocolDataUnitFactory;
import org.jscsi.parser.TargetMessageParser;
import org.jscsi.parser.data.DataInParser;
import org.jscsi.parser.data.DataOutParser;
import org.jscsi.parser.digest.DigestFactory;
import org.jscsi.parser.digest.IDigest;
import org.jscsi.parser.r2t.Ready2TransferParser;
import org.jscsi.parser.scsi.SCSICommandParser;
import org.jscsi.parser.scsi.SCSIResponseParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * jSCSI, written by others, must read our PDUs as we mean them and write them back byte for byte; and our decoder must
 * read what jSCSI wrote. Every type but Async Message, which jSCSI does not know.
 */
class JscsiCrossCheckTest {
    private static final long SEED = 7143L;

    private final Random random = new Random(SEED);
    private final PduEncoder encoder = new PduEncoder();

    static Stream<Bhs> everyType() {
        LoginRequest login = new LoginRequest();
        login.immediate(true);
        login.transit(true);
        login.currentStage(1);
        login.nextStage(3);
        login.isid(0x00023d000001L);
        LoginResponse loginResponse = new LoginResponse();
        loginResponse.transit(true);
        loginResponse.nextStage(1);
        loginResponse.isid(0x00023d000001L);
        TaskManagementRequest abort = new TaskManagementRequest();
        abort.function(1);
        LogoutRequest logout = new LogoutRequest();
        logout.reason(1);
        SnackRequest snack = new SnackRequest();
        snack.type(0);
        Reject reject = new Reject();
        reject.reason(RejectReason.PROTOCOL_ERROR.code());
        DataOut dataOut = new DataOut();
        dataOut.isFinal(true);
        ScsiCommand command = new ScsiCommand();
        command.write(true);
        command.attribute(1);
        DataIn dataIn = new DataIn();
        R2t r2t = new R2t();
        r2t.desiredDataTransferLength(4096);
        return Stream.of(
                new NopOut(),
                command,
                abort,
                login,
                new TextRequest(),
                dataOut,
                logout,
                snack,
                new NopIn(),
                new ScsiResponse(),
                new TaskManagementResponse(),
                loginResponse,
                new TextResponse(),
                dataIn,
                new LogoutResponse(),
                r2t,
                reject);
    }

    @ParameterizedTest
    @MethodSource("everyType")
    void everyTypeGoesThereAndBack(Bhs bhs) throws Exception {
        Opcode opcode = bhs.opcode();
        assertThat(opcode).isNotNull();
        bhs.initiatorTaskTag(random.nextInt(Integer.MAX_VALUE));
        if (opcode == Opcode.REJECT) {
            bhs.initiatorTaskTag(Bhs.RESERVED_TAG);
        }
        numbers(bhs);
        byte[] ours = encode(bhs, dataFor(bhs));
        ProtocolDataUnit theirs = jscsi(ours);
        assertSame(bhs, theirs);
        if (opcode == Opcode.TASK_MANAGEMENT_REQUEST) {
            // jSCSI neither keeps nor writes the function.
            return;
        }
        byte[] back = bytes(theirs.serialize());
        assertThat(back).as("seed %d", SEED).isEqualTo(ours);
        assertDecodes(back, bhs);
    }

    /** By words: jSCSI's digest over a whole buffer, and with it its check of received digests, gives other values. */
    @Test
    void digestsAgree() {
        for (int words = 1; words < 64; words++) {
            IDigest theirs = new DigestFactory().create("CRC32C");
            Digest ours = new Digest();
            byte[] bytes = new byte[4 * words];
            random.nextBytes(bytes);
            for (int i = 0; i < words; i++) {
                theirs.update(ByteBuffer.wrap(bytes).getInt(4 * i));
            }
            ours.update(bytes, 0, bytes.length);
            assertThat(Integer.reverseBytes((int) theirs.getValue())).isEqualTo(ours.value());
        }
    }

    @Test
    void commandFields() throws Exception {
        ScsiCommand command = new ScsiCommand();
        command.read(true);
        command.attribute(2);
        command.lun(0x0001000000000000L);
        command.initiatorTaskTag(17);
        command.expectedDataTransferLength(512);
        command.cmdSn(18);
        command.expStatSn(19);
        byte[] cdb = new byte[16];
        random.nextBytes(cdb);
        command.cdb(cdb);
        SCSICommandParser parser = (SCSICommandParser) parser(jscsi(encode(command, Unpooled.EMPTY_BUFFER)));
        assertThat(parser.isReadExpectedFlag()).isTrue();
        assertThat(parser.isWriteExpectedFlag()).isFalse();
        assertThat(parser.getTaskAttributes()).isEqualTo(SCSICommandParser.TaskAttributes.ORDERED);
        assertThat(parser.getExpectedDataTransferLength()).isEqualTo(512);
        assertThat(parser.getLogicalUnitNumber()).isEqualTo(0x0001000000000000L);
        assertThat(bytes(parser.getCDB())).isEqualTo(cdb);
    }

    @Test
    void responseFields() throws Exception {
        ScsiResponse response = new ScsiResponse();
        response.initiatorTaskTag(3);
        response.status(2);
        response.underflow(true);
        response.residual(100);
        response.expDataSn(7);
        SCSIResponseParser parser = (SCSIResponseParser) parser(jscsi(encode(response, Unpooled.EMPTY_BUFFER)));
        assertThat(parser.isResidualUnderflow()).isTrue();
        assertThat(parser.isResidualOverflow()).isFalse();
        assertThat(parser.getResidualCount()).isEqualTo(100);
        assertThat(parser.getExpectedDataSequenceNumber()).isEqualTo(7);
        assertThat((int) parser.getStatus().value()).isEqualTo(2);
    }

    @Test
    void dataFields() throws Exception {
        DataOut out = new DataOut();
        out.initiatorTaskTag(5);
        out.targetTransferTag(6);
        out.dataSn(7);
        out.bufferOffset(8192);
        DataOutParser outParser = (DataOutParser) parser(jscsi(encode(out, dataOf(16))));
        assertThat(outParser.getTargetTransferTag()).isEqualTo(6);
        assertThat(outParser.getDataSequenceNumber()).isEqualTo(7);
        assertThat(outParser.getBufferOffset()).isEqualTo(8192);

        DataIn in = new DataIn();
        in.initiatorTaskTag(5);
        in.targetTransferTag(Bhs.RESERVED_TAG);
        in.isFinal(true);
        in.statusPresent(true);
        in.underflow(true);
        in.residual(12);
        in.dataSn(2);
        in.bufferOffset(4096);
        DataInParser inParser = (DataInParser) parser(jscsi(encode(in, dataOf(16))));
        assertThat(inParser.isStatusFlag()).isTrue();
        assertThat(inParser.isResidualUnderflow()).isTrue();
        assertThat(inParser.getResidualCount()).isEqualTo(12);
        assertThat(inParser.getDataSequenceNumber()).isEqualTo(2);
        assertThat(inParser.getBufferOffset()).isEqualTo(4096);

        R2t r2t = new R2t();
        r2t.initiatorTaskTag(5);
        r2t.targetTransferTag(9);
        r2t.r2tSn(3);
        r2t.bufferOffset(512);
        r2t.desiredDataTransferLength(1024);
        Ready2TransferParser r2tParser = (Ready2TransferParser) parser(jscsi(encode(r2t, Unpooled.EMPTY_BUFFER)));
        assertThat(r2tParser.getTargetTransferTag()).isEqualTo(9);
        assertThat(r2tParser.getReady2TransferSequenceNumber()).isEqualTo(3);
        assertThat(r2tParser.getBufferOffset()).isEqualTo(512);
        assertThat(r2tParser.getDesiredDataTransferLength()).isEqualTo(1024);
    }

    private void numbers(Bhs bhs) {
        if (bhs instanceof RequestBhs request) {
            request.cmdSn(random.nextInt(Integer.MAX_VALUE));
            request.expStatSn(random.nextInt(Integer.MAX_VALUE));
        } else if (bhs instanceof DataIn data) {
            // Without status StatSN is reserved.
            data.expCmdSn(random.nextInt(Integer.MAX_VALUE));
            data.maxCmdSn(random.nextInt(Integer.MAX_VALUE));
        } else if (bhs instanceof ResponseBhs response) {
            response.statSn(random.nextInt(Integer.MAX_VALUE));
            response.expCmdSn(random.nextInt(Integer.MAX_VALUE));
            response.maxCmdSn(random.nextInt(Integer.MAX_VALUE));
        }
    }

    private ByteBuf dataFor(Bhs bhs) {
        Opcode opcode = bhs.opcode();
        return switch (opcode == null ? Opcode.R2T : opcode) {
            case DATA_OUT, DATA_IN -> dataOf(1 + random.nextInt(64));
            case REJECT -> dataOf(Bhs.LENGTH);
            default -> Unpooled.EMPTY_BUFFER;
        };
    }

    private ByteBuf dataOf(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Unpooled.wrappedBuffer(bytes);
    }

    private byte[] encode(Bhs bhs, ByteBuf data) {
        ByteBuf out = Unpooled.buffer();
        encoder.pdu(bhs, data, out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    private static ProtocolDataUnit jscsi(byte[] pdu) throws Exception {
        ProtocolDataUnit unit = new ProtocolDataUnitFactory().create("None", "None");
        unit.deserialize(ByteBuffer.wrap(pdu));
        return unit;
    }

    private static AbstractMessageParser parser(ProtocolDataUnit unit) {
        return unit.getBasicHeaderSegment().getParser();
    }

    private static void assertSame(Bhs bhs, ProtocolDataUnit unit) {
        assertThat(unit.getBasicHeaderSegment().getOpCode().value() & 0x3f).isEqualTo(bhs.opcodeBits());
        assertThat(unit.getBasicHeaderSegment().getInitiatorTaskTag()).isEqualTo(bhs.initiatorTaskTag());
        assertThat(unit.getBasicHeaderSegment().isFinalFlag()).isEqualTo(bhs.isFinal());
        assertThat(unit.getBasicHeaderSegment().isImmediateFlag()).isEqualTo(bhs.immediate());
        assertThat(unit.getBasicHeaderSegment().getDataSegmentLength()).isEqualTo(bhs.dataSegmentLength());
        if (bhs instanceof RequestBhs request) {
            InitiatorMessageParser parser = (InitiatorMessageParser) parser(unit);
            assertThat(parser.getCommandSequenceNumber()).isEqualTo(request.cmdSn());
            assertThat(parser.getExpectedStatusSequenceNumber()).isEqualTo(request.expStatSn());
        } else if (bhs instanceof ResponseBhs response) {
            TargetMessageParser parser = (TargetMessageParser) parser(unit);
            assertThat(parser.getStatusSequenceNumber()).isEqualTo(response.statSn());
            assertThat(parser.getExpectedCommandSequenceNumber()).isEqualTo(response.expCmdSn());
            assertThat(parser.getMaximumCommandSequenceNumber()).isEqualTo(response.maxCmdSn());
        }
    }

    private static void assertDecodes(byte[] pdu, Bhs expected) throws ProtocolException {
        Bhs[] decoded = new Bhs[1];
        PduDecoder decoder = new PduDecoder(ByteBufAllocator.DEFAULT);
        decoder.decode(Unpooled.wrappedBuffer(pdu), new PduReceiver() {
            @Override
            public @Nullable ByteBuf destination(Bhs bhs) {
                return null;
            }

            @Override
            public boolean receive(Pdu whole) {
                decoded[0] = whole.bhs().copy();
                return true;
            }
        });
        assertThat(decoded[0]).isNotNull();
        assertThat(decoded[0].array()).isEqualTo(expected.array());
    }

    private static byte[] bytes(ByteBuffer buffer) {
        ByteBuffer view = buffer.duplicate();
        view.rewind();
        byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return bytes;
    }
}
