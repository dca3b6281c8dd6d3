package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.DataIn;
import dev.sandstone.iscsi.pdu.LogoutRequest;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.Reject;
import dev.sandstone.iscsi.pdu.RejectReason;
import dev.sandstone.iscsi.pdu.TextRequest;
import dev.sandstone.iscsi.pdu.TextResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Discovery and text requests (RFC 7143 4.3, 11.10, 11.11, Appendix C). */
class TextTest {
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

    private RawClient discovery(String... keys) throws IOException {
        RawClient client = target.connect();
        assertThat(client.login("", keys).status()).isZero();
        return client;
    }

    private static TextRequest request(RawClient client, int transferTag) {
        TextRequest request = new TextRequest();
        request.isFinal(true);
        request.initiatorTaskTag(client.nextTag++);
        request.targetTransferTag(transferTag);
        request.cmdSn(client.cmdSn++);
        return request;
    }

    private static String ask(RawClient client, String key) throws IOException {
        client.send(request(client, Bhs.RESERVED_TAG), RawClient.text(key));
        RawClient.Answer answer = client.read(Opcode.TEXT_RESPONSE);
        assertThat(answer.bhs().isFinal()).isTrue();
        assertThat(new TextResponse(answer.bhs()).targetTransferTag()).isEqualTo(Bhs.RESERVED_TAG);
        return answer.text();
    }

    private static void assertReject(RawClient client, RejectReason reason) throws IOException {
        assertThat(new Reject(client.read(Opcode.REJECT).bhs()).reason()).isEqualTo(reason.code());
    }

    private String described(String name, int first) {
        StringBuilder text = new StringBuilder("TargetName=" + name + "\0");
        for (int i = 0; i < 2; i++) {
            InetSocketAddress portal = target.server.addresses().get((first + i) % 2);
            text.append("TargetAddress=127.0.0.1:").append(portal.getPort()).append(",1\0");
        }
        return text.toString();
    }

    @Test
    @Clause("C")
    void sendTargetsInDiscovery() throws IOException {
        target.targets.add("iqn.2026-01.dev.sandstone:second");
        try (RawClient client = discovery()) {
            String both = described(TestServer.TARGET, 0) + described("iqn.2026-01.dev.sandstone:second", 0);
            assertThat(ask(client, "SendTargets=All")).isEqualTo(both);
            assertThat(ask(client, "SendTargets=" + TestServer.TARGET)).isEqualTo(described(TestServer.TARGET, 0));
            assertThat(ask(client, "SendTargets=IQN.2026-01.dev.sandstone:DISK"))
                    .isEqualTo(described(TestServer.TARGET, 0));
            assertThat(ask(client, "SendTargets=iqn.2026-01.dev.sandstone:third"))
                    .isEmpty();
            assertThat(ask(client, "SendTargets=")).isEmpty();
        }
    }

    @Test
    @Clause("13.8")
    void thePortalOneCameThroughIsNamedFirst() throws IOException {
        try (RawClient client = new RawClient(target.server.addresses().get(1))) {
            assertThat(client.login("").status()).isZero();
            assertThat(ask(client, "SendTargets=All")).isEqualTo(described(TestServer.TARGET, 1));
        }
    }

    @Test
    @Clause("C")
    void sendTargetsInANormalSessionNamesItsOwnOnly() throws IOException {
        target.targets.add("iqn.2026-01.dev.sandstone:second");
        try (RawClient client = target.session()) {
            assertThat(ask(client, "SendTargets=")).isEqualTo(described(TestServer.TARGET, 0));
            assertThat(ask(client, "SendTargets=" + TestServer.TARGET)).isEqualTo(described(TestServer.TARGET, 0));
            assertThat(ask(client, "SendTargets=iqn.2026-01.dev.sandstone:second"))
                    .isEmpty();
            assertThat(ask(client, "SendTargets=All")).isEqualTo("SendTargets=Reject\0");
        }
    }

    @Test
    @Clause("11.11")
    void aLongAnswerComesInPieces() throws IOException {
        StringBuilder expected = new StringBuilder(described(TestServer.TARGET, 0));
        for (int i = 0; i < 1000; i++) {
            String name = "iqn.2026-01.dev.sandstone:volume-" + i;
            target.targets.add(name);
            expected.append(described(name, 0));
        }
        try (RawClient client = discovery("MaxRecvDataSegmentLength=4096")) {
            StringBuilder all = new StringBuilder();
            client.send(request(client, Bhs.RESERVED_TAG), RawClient.text("SendTargets=All"));
            RawClient.Answer answer = client.read(Opcode.TEXT_RESPONSE);
            while (!answer.bhs().isFinal()) {
                TextResponse piece = new TextResponse(answer.bhs());
                assertThat(piece.continues()).isTrue();
                assertThat(answer.data()).hasSize(4096);
                all.append(answer.text());
                client.send(request(client, piece.targetTransferTag()), NO_DATA);
                answer = client.read(Opcode.TEXT_RESPONSE);
            }
            assertThat(all.append(answer.text()).toString()).isEqualTo(expected.toString());
        }
    }

    @Test
    @Clause("11.10")
    void aRequestMayComeInPieces() throws IOException {
        try (RawClient client = discovery()) {
            TextRequest first = request(client, Bhs.RESERVED_TAG);
            first.isFinal(false);
            first.continues(true);
            client.send(first, "SendTar".getBytes(StandardCharsets.UTF_8));
            TextResponse more =
                    new TextResponse(client.read(Opcode.TEXT_RESPONSE).bhs());
            assertThat(more.isFinal()).isFalse();
            assertThat(more.targetTransferTag()).isNotEqualTo(Bhs.RESERVED_TAG);
            client.send(request(client, more.targetTransferTag()), RawClient.text("gets=All"));
            assertThat(client.read(Opcode.TEXT_RESPONSE).text()).isEqualTo(described(TestServer.TARGET, 0));
        }
    }

    @Test
    @Clause({"6.2", "11.10"})
    void brokenTextIsRejectedAndTheSessionGoesOn() throws IOException {
        try (RawClient client = discovery()) {
            client.send(request(client, Bhs.RESERVED_TAG), "SendTargets=All".getBytes(StandardCharsets.UTF_8));
            assertReject(client, RejectReason.PROTOCOL_ERROR);
            client.send(request(client, Bhs.RESERVED_TAG), RawClient.text("SendTargets=All", "SendTargets=All"));
            assertReject(client, RejectReason.PROTOCOL_ERROR);
            client.send(request(client, Bhs.RESERVED_TAG), RawClient.text("TargetName=" + TestServer.TARGET));
            assertReject(client, RejectReason.PROTOCOL_ERROR);
            TextRequest both = request(client, Bhs.RESERVED_TAG);
            both.continues(true);
            client.send(both, RawClient.text("SendTargets=All"));
            assertReject(client, RejectReason.PROTOCOL_ERROR);
            client.send(request(client, 12345), RawClient.text("SendTargets=All"));
            assertReject(client, RejectReason.INVALID_PDU_FIELD);
            TextRequest endless = request(client, Bhs.RESERVED_TAG);
            for (int i = 0; i < 9; i++) {
                endless.isFinal(false);
                endless.continues(true);
                client.send(endless, NO_DATA);
                if (i < 8) {
                    TextResponse more =
                            new TextResponse(client.read(Opcode.TEXT_RESPONSE).bhs());
                    endless = request(client, more.targetTransferTag());
                }
            }
            assertReject(client, RejectReason.PROTOCOL_ERROR);
            assertThat(ask(client, "SendTargets=All")).isEqualTo(described(TestServer.TARGET, 0));
        }
    }

    @Test
    @Clause("6.4")
    void keysOfTheFullFeaturePhase() throws IOException {
        try (RawClient client = target.session()) {
            assertThat(ask(client, "X-com.example=1")).isEqualTo("X-com.example=NotUnderstood\0");
            assertThat(ask(client, "MaxBurstLength=65536")).isEqualTo("MaxBurstLength=Reject\0");
            assertThat(ask(client, "InitiatorAlias=host")).isEmpty();
            assertThat(ask(client, "MaxRecvDataSegmentLength=512")).isEmpty();
            client.send(client.command(FakeDevice.READ, 1000, 0), NO_DATA);
            assertThat(client.read(Opcode.DATA_IN).data()).hasSize(512);
            RawClient.Answer last = client.read(Opcode.DATA_IN);
            assertThat(last.data()).hasSize(488);
            assertThat(new DataIn(last.bhs()).statusPresent()).isTrue();
            client.send(request(client, Bhs.RESERVED_TAG), RawClient.text("MaxRecvDataSegmentLength=511"));
            assertReject(client, RejectReason.PROTOCOL_ERROR);
        }
    }

    @Test
    @Clause("4.3")
    void discoveryKnowsTextAndLogoutOnly() throws IOException {
        try (RawClient client = discovery()) {
            client.send(client.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
            assertReject(client, RejectReason.COMMAND_NOT_SUPPORTED);
            assertThat(ask(client, "SendTargets=All")).isEqualTo(described(TestServer.TARGET, 0));
            LogoutRequest logout = new LogoutRequest();
            logout.reason(1);
            logout.isFinal(true);
            logout.initiatorTaskTag(99);
            logout.cid(client.cid);
            logout.cmdSn(client.cmdSn++);
            client.send(logout, NO_DATA);
            assertReject(client, RejectReason.INVALID_PDU_FIELD);
            logout.reason(0);
            logout.cmdSn(client.cmdSn++);
            client.send(logout, NO_DATA);
            client.read(Opcode.LOGOUT_RESPONSE);
            assertThat(client.readToEnd()).isNull();
        }
    }
}
