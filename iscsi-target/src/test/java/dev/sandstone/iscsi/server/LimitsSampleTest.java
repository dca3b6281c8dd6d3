package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.pdu.LoginRequest;
import dev.sandstone.iscsi.pdu.LoginResponse;
import dev.sandstone.iscsi.pdu.Opcode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A sample of what the limits measurement of the bench does by the thousand: nothing is left behind, nothing stands still. */
class LimitsSampleTest {
    private static final byte[] NO_DATA = {};

    @Test
    void manyIdleSessions() throws IOException {
        try (TestServer target = new TestServer()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                RawClient client = target.connect();
                clients.add(client);
                client.isid = 0x800000000000L + i;
                assertThat(client.login(TestServer.TARGET).status()).isZero();
            }
            assertThat(target.server.sessions()).hasSize(300);
            for (RawClient client : clients) {
                client.send(client.ping(), NO_DATA);
                client.read(Opcode.NOP_IN);
                client.close();
            }
        }
    }

    @Test
    void sessionsThatComeAndGo() throws IOException {
        try (TestServer target = new TestServer()) {
            for (int i = 0; i < 400; i++) {
                try (RawClient client = target.session("ErrorRecoveryLevel=" + i % 2)) {
                    client.send(client.command(FakeDevice.READ, 700, 0), NO_DATA);
                    client.read(Opcode.DATA_IN);
                }
            }
            try (RawClient last = target.session()) {
                last.send(last.ping(), NO_DATA);
                last.read(Opcode.NOP_IN);
                assertThat(target.server.sessions()).hasSize(1);
                assertThat(target.device.open()).hasSize(1);
            }
        }
    }

    @Test
    void loginsThatBreakTheRules() throws IOException {
        try (TestServer target = new TestServer()) {
            for (int i = 0; i < 300; i++) {
                try (RawClient client = target.connect()) {
                    LoginRequest request = client.loginRequest(0, 3);
                    client.send(request, RawClient.text("InitiatorName=" + RawClient.NAME, "TargetName=iqn.none"));
                    assertThat(new LoginResponse(
                                            client.read(Opcode.LOGIN_RESPONSE).bhs())
                                    .status())
                            .isEqualTo(0x0200);
                    assertThat(client.readToEnd()).isNull();
                }
            }
            assertThat(target.server.sessions()).isEmpty();
        }
    }
}
