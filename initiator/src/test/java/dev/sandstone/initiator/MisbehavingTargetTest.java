package dev.sandstone.initiator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.iscsi.pdu.AsyncMessage;
import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataIn;
import dev.sandstone.iscsi.pdu.DataOut;
import dev.sandstone.iscsi.pdu.LoginRequest;
import dev.sandstone.iscsi.pdu.LoginResponse;
import dev.sandstone.iscsi.pdu.NopIn;
import dev.sandstone.iscsi.pdu.NopOut;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.R2t;
import dev.sandstone.iscsi.pdu.Reject;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.pdu.ResponseBhs;
import dev.sandstone.iscsi.pdu.ScsiCommand;
import dev.sandstone.iscsi.pdu.ScsiResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A target of a few lines that the test scripts, right or wrong, PDU by PDU. */
class MisbehavingTargetTest {
    private static final int FIRST_STAT_SN = 500;

    /** One side of a conversation with the initiator. */
    private interface Script {
        void run(IscsiConnection target) throws IOException;
    }

    private final ServerSocket listener;
    private int statSn;

    MisbehavingTargetTest() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @BeforeEach
    void start() {
        statSn = FIRST_STAT_SN;
    }

    @AfterEach
    void stop() throws IOException {
        listener.close();
    }

    @Test
    void aRightReadPasses() throws Exception {
        IscsiSession session = against(target -> {
            ScsiCommand command = new ScsiCommand(target.receive().bhs());
            sendData(target, command, 0, 0, 4);
            sendData(target, command, 1, 4, 4);
        });
        ScsiResult result = session.execute(ScsiRequest.in(0, Cdb.read16(0, 1), 8));
        assertThat(result.dataIn()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        session.close();
    }

    @Test
    void wrongStatSn() throws Exception {
        assertBreaks(target -> {
            ScsiCommand command = new ScsiCommand(target.receive().bhs());
            statSn++;
            respond(target, command, 0);
        });
    }

    @Test
    void wrongDataSn() throws Exception {
        assertBreaks(target -> sendData(target, new ScsiCommand(target.receive().bhs()), 1, 0, 8));
    }

    @Test
    void wrongBufferOffset() throws Exception {
        assertBreaks(target -> sendData(target, new ScsiCommand(target.receive().bhs()), 0, 4, 4));
    }

    @Test
    void moreDataThanExpected() throws Exception {
        assertBreaks(target -> sendData(target, new ScsiCommand(target.receive().bhs()), 0, 0, 9));
    }

    @Test
    void wrongExpDataSn() throws Exception {
        assertBreaks(target -> respond(target, new ScsiCommand(target.receive().bhs()), 3));
    }

    @Test
    void anUnknownTag() throws Exception {
        assertBreaks(target -> {
            ScsiCommand command = new ScsiCommand(target.receive().bhs());
            command.initiatorTaskTag(command.initiatorTaskTag() + 1);
            respond(target, command, 0);
        });
    }

    @Test
    void anR2tForARead() throws Exception {
        assertBreaks(target -> {
            ScsiCommand command = new ScsiCommand(target.receive().bhs());
            target.send(r2t(command, 0, 0, 8), new byte[0]);
        });
    }

    @Test
    void aPduOfAnInitiator() throws Exception {
        assertBreaks(target -> {
            target.receive();
            target.send(new NopOut(), new byte[0]);
        });
    }

    private void assertBreaks(Script script) throws Exception {
        IscsiSession session = against(script);
        assertThatThrownBy(() -> session.execute(ScsiRequest.in(0, Cdb.read16(0, 1), 8)))
                .isInstanceOf(TargetProtocolException.class);
        assertThat(session.ended().get(60, TimeUnit.SECONDS)).isInstanceOf(TargetProtocolException.class);
    }

    @Test
    void aLostConnectionFailsWhatIsUnderWay() throws Exception {
        IscsiSession session = against(target -> {
            target.receive();
            target.close();
        });
        assertThatThrownBy(() -> session.execute(ScsiRequest.in(0, Cdb.read16(0, 1), 8)))
                .isInstanceOf(InitiatorException.class)
                .hasMessageContaining("connection was lost");
    }

    @Test
    void aRejectFailsItsCommandOnly() throws Exception {
        IscsiSession session = against(target -> {
            ScsiCommand command = new ScsiCommand(target.receive().bhs());
            Reject reject = new Reject();
            reject.reason(RejectReason.COMMAND_NOT_SUPPORTED.code());
            reject.initiatorTaskTag(Bhs.RESERVED_TAG);
            number(reject, command);
            byte[] header = new byte[Bhs.LENGTH];
            command.writeTo(header, 0);
            target.send(reject, header);
            respond(target, new ScsiCommand(target.receive().bhs()), 0);
        });
        assertThatThrownBy(() -> session.execute(ScsiRequest.of(0, Cdb.testUnitReady())))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(5));
        assertThat(session.execute(ScsiRequest.of(0, Cdb.testUnitReady())).status())
                .isZero();
        session.close();
    }

    @Test
    void pingsOfTheTargetAreAnsweredAndMessagesKept() throws Exception {
        CompletableFuture<ReceivedPdu> pong = new CompletableFuture<>();
        IscsiSession session = against(target -> {
            ScsiCommand command = new ScsiCommand(target.receive().bhs());
            NopIn ping = new NopIn();
            ping.initiatorTaskTag(Bhs.RESERVED_TAG);
            ping.targetTransferTag(77);
            ping.statSn(statSn);
            window(ping, command);
            target.send(ping, new byte[] {1, 2, 3});
            pong.complete(target.receive());
            AsyncMessage message = new AsyncMessage();
            message.initiatorTaskTag(Bhs.RESERVED_TAG);
            message.asyncEvent(1);
            number(message, command);
            target.send(message, new byte[0]);
            respond(target, command, 0);
        });
        assertThat(session.execute(ScsiRequest.of(0, Cdb.testUnitReady())).status())
                .isZero();
        ReceivedPdu answer = pong.get(60, TimeUnit.SECONDS);
        NopOut header = new NopOut(answer.bhs());
        assertThat(header.opcode()).isEqualTo(Opcode.NOP_OUT);
        assertThat(header.immediate()).isTrue();
        assertThat(header.initiatorTaskTag()).isEqualTo(Bhs.RESERVED_TAG);
        assertThat(header.targetTransferTag()).isEqualTo(77);
        assertThat(answer.data()).containsExactly(1, 2, 3);
        assertThat(session.asyncMessages()).hasSize(1);
        assertThat(session.asyncMessages().get(0).asyncEvent()).isEqualTo(1);
        session.close();
    }

    @Test
    void outgoingDataIsCutAndNumberedAsTheStandardSays() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        IscsiSession session = against(target -> {
            ReceivedPdu first = target.receive();
            ScsiCommand command = new ScsiCommand(first.bhs());
            StringBuilder log = new StringBuilder();
            log.append(first.data().length).append(command.isFinal() ? "F" : "");
            // The scripted login leaves the initial values: 64 KiB first burst in 8 KiB segments, InitialR2T=Yes.
            target.send(r2t(command, 0, 8192, 20000), new byte[0]);
            int length = 0;
            while (length < 20000) {
                ReceivedPdu pdu = target.receive();
                DataOut data = new DataOut(pdu.bhs());
                log.append(" ").append(data.dataSn()).append("@").append(data.bufferOffset());
                log.append("+").append(pdu.data().length).append(data.isFinal() ? "F" : "");
                assertThat(data.targetTransferTag()).isEqualTo(9);
                length += pdu.data().length;
            }
            seen.complete(log.toString());
            respond(target, command, 1);
        });
        ScsiResult result = session.execute(ScsiRequest.out(0, Cdb.write16(0, 1), new byte[28192]));
        assertThat(result.status()).isZero();
        assertThat(seen.get(60, TimeUnit.SECONDS)).isEqualTo("8192F 0@8192+8192 1@16384+8192 2@24576+3616F");
        session.close();
    }

    @Test
    void commandsWaitForTheWindow() throws Exception {
        IscsiSession session = against(target -> {
            ScsiCommand first = new ScsiCommand(target.receive().bhs());
            // MaxCmdSN of the login allowed four.
            for (int i = 1; i < 4; i++) {
                assertThat(new ScsiCommand(target.receive().bhs()).cmdSn()).isEqualTo(first.cmdSn() + i);
            }
            respond(target, first, 0);
            for (int i = 4; i < 6; i++) {
                assertThat(new ScsiCommand(target.receive().bhs()).cmdSn()).isEqualTo(first.cmdSn() + i);
            }
        });
        IscsiSession.Call first = session.submit(ScsiRequest.of(0, Cdb.testUnitReady()));
        for (int i = 1; i < 6; i++) {
            session.submit(ScsiRequest.of(0, Cdb.testUnitReady()));
        }
        assertThat(first.done().get(60, TimeUnit.SECONDS).status()).isZero();
        assertThat(session.ended().get(60, TimeUnit.SECONDS)).isInstanceOf(InitiatorException.class);
    }

    /** Logs in, leaving every parameter at its initial value, then runs the script on the target's side. */
    private IscsiSession against(Script script) throws IOException {
        Thread.ofPlatform().daemon().name("scripted-target").start(() -> {
            try (IscsiConnection target = IscsiConnection.over(listener.accept())) {
                answerLogin(target, 0x81);
                answerLogin(target, 0x87);
                script.run(target);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        InetSocketAddress portal = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
        return IscsiSession.open(SessionOptions.to(portal, "iqn.2026-11.org.example:client")
                .withTarget("iqn.2026-11.dev.sandstone:scripted")
                .withTimeoutMs(60_000));
    }

    private void answerLogin(IscsiConnection target, int flags) throws IOException {
        Bhs request = target.receive().bhs();
        LoginResponse response = new LoginResponse();
        response.flags(flags);
        response.isid(new LoginRequest(request).isid());
        response.tsih(1);
        response.initiatorTaskTag(request.initiatorTaskTag());
        response.statSn(statSn++);
        response.expCmdSn(1);
        response.maxCmdSn(4);
        target.send(response, new byte[0]);
    }

    private void number(ResponseBhs response, ScsiCommand command) {
        response.statSn(statSn++);
        window(response, command);
    }

    private static void window(ResponseBhs response, ScsiCommand command) {
        response.expCmdSn(command.cmdSn() + 1);
        response.maxCmdSn(command.cmdSn() + 5);
    }

    private void respond(IscsiConnection target, ScsiCommand command, int expDataSn) throws IOException {
        ScsiResponse response = new ScsiResponse();
        response.initiatorTaskTag(command.initiatorTaskTag());
        response.expDataSn(expDataSn);
        number(response, command);
        target.send(response, new byte[0]);
    }

    private void sendData(IscsiConnection target, ScsiCommand command, int dataSn, int offset, int length)
            throws IOException {
        boolean last = offset + length >= command.expectedDataTransferLength();
        DataIn data = new DataIn();
        data.isFinal(last);
        data.statusPresent(last);
        data.initiatorTaskTag(command.initiatorTaskTag());
        data.targetTransferTag(Bhs.RESERVED_TAG);
        data.dataSn(dataSn);
        data.bufferOffset(offset);
        window(data, command);
        if (last) {
            data.statSn(statSn++);
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (offset + i);
        }
        target.send(data, bytes);
    }

    private R2t r2t(ScsiCommand command, int r2tSn, int offset, int length) {
        R2t r2t = new R2t();
        r2t.initiatorTaskTag(command.initiatorTaskTag());
        r2t.targetTransferTag(9);
        r2t.r2tSn(r2tSn);
        r2t.bufferOffset(offset);
        r2t.desiredDataTransferLength(length);
        r2t.statSn(statSn);
        window(r2t, command);
        return r2t;
    }
}
