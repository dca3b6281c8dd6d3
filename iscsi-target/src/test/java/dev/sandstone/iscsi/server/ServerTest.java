package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandstone.iscsi.access.Redirect;
import dev.sandstone.iscsi.pdu.AsyncMessage;
import dev.sandstone.iscsi.pdu.Bhs;
import dev.sandstone.iscsi.pdu.LoginResponse;
import dev.sandstone.iscsi.pdu.LogoutRequest;
import dev.sandstone.iscsi.pdu.NopIn;
import dev.sandstone.iscsi.pdu.NopOut;
import dev.sandstone.iscsi.pdu.Opcode;
import dev.sandstone.iscsi.pdu.TextRequest;
import dev.sandstone.iscsi.session.SessionLimits;
import dev.sandstone.scsi.task.NexusLoss;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Portals, limits before login, pings, stop. */
class ServerTest {
    private static final byte[] NO_DATA = {};

    private static UnaryOperator<ServerOptions> limits(ServerLimits limits) {
        return options ->
                new ServerOptions(options.portals(), limits, options.session(), options.offer(), options.algorithms());
    }

    private static UnaryOperator<ServerOptions> session(SessionLimits limits) {
        return options ->
                new ServerOptions(options.portals(), options.limits(), limits, options.offer(), options.algorithms());
    }

    private static TestServer server(UnaryOperator<ServerOptions> change) throws IOException {
        return new TestServer(new FakeDevice(TestServer.SIZE, null), change);
    }

    @Test
    @Clause("6.3")
    void anyOpcodeButLoginEndsAFreshConnection() throws IOException {
        try (TestServer target = new TestServer()) {
            for (int opcode = 0; opcode < 0x40; opcode++) {
                if (opcode == Opcode.LOGIN_REQUEST.code()) {
                    continue;
                }
                try (RawClient client = target.connect()) {
                    byte[] header = new byte[Bhs.LENGTH];
                    header[0] = (byte) (opcode | 0x40);
                    client.write(header);
                    assertThat(client.readToEnd()).as("opcode %02x", opcode).isNull();
                }
            }
        }
    }

    @Test
    void slowLoginsAreClosed() throws IOException {
        ServerLimits limits = new ServerLimits(1000, 1000, 100, 50, Duration.ofMillis(300));
        try (TestServer target = server(limits(limits))) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                clients.add(target.connect());
            }
            for (RawClient client : clients) {
                assertThat(client.readToEnd()).isNull();
                client.close();
            }
            try (RawClient client = target.session()) {
                assertThat(client.tsih).isPositive();
            }
        }
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAtOnce() throws IOException {
        ServerLimits limits = new ServerLimits(3, 2, 10, 10, Duration.ofSeconds(15));
        try (TestServer target = server(limits(limits));
                RawClient first = target.session();
                RawClient second = target.connect()) {
            second.isid++;
            assertThat(second.login(TestServer.TARGET).status()).isZero();
            try (RawClient third = target.connect()) {
                assertThat(third.readToEnd()).isNull();
            }
            first.send(first.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
            first.read(Opcode.SCSI_RESPONSE);
        }
    }

    @Test
    void portInUseIsSaidClearly() throws IOException {
        try (TestServer target = new TestServer();
                PortalLoops loops = PortalLoops.open(1)) {
            ServerOptions options = ServerOptions.standard(List.of(target.portal()));
            assertThatThrownBy(() -> IscsiServer.start(options, new NoTargets(), loops))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("portal 127.0.0.1:" + target.portal().getPort())
                    .hasMessageContaining("choose another");
        }
    }

    @Test
    void ipv6PortalsAreServedWhereTheMachineHasThem() throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("::1");
        try (PortalLoops loops = PortalLoops.open(1)) {
            InetSocketAddress portal = new InetSocketAddress(loopback, 0);
            try {
                IscsiServer server = IscsiServer.start(ServerOptions.standard(List.of(portal)), new NoTargets(), loops);
                try (RawClient client = new RawClient(server.addresses().getFirst())) {
                    assertThat(client.login("").status()).isZero();
                }
                server.stop(Duration.ZERO);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("portal [0:0:0:0:0:0:0:1]:0 cannot be opened");
            }
        }
    }

    @Test
    @Clause("11.19")
    void silentInitiatorIsAskedAndThenDropped() throws IOException {
        SessionLimits limits = new SessionLimits(1 << 25, 1 << 27, Duration.ofMillis(500), Duration.ofSeconds(1));
        try (TestServer target = server(session(limits));
                RawClient client = target.session()) {
            for (int i = 0; i < 2; i++) {
                NopIn ping = new NopIn(client.read(Opcode.NOP_IN).bhs());
                assertThat(ping.initiatorTaskTag()).isEqualTo(Bhs.RESERVED_TAG);
                assertThat(ping.targetTransferTag()).isNotEqualTo(Bhs.RESERVED_TAG);
                NopOut pong = new NopOut();
                pong.immediate(true);
                pong.isFinal(true);
                pong.initiatorTaskTag(Bhs.RESERVED_TAG);
                pong.targetTransferTag(ping.targetTransferTag());
                pong.cmdSn(client.cmdSn);
                client.send(pong, NO_DATA);
            }
            for (int unanswered = 0; unanswered < 5; unanswered++) {
                client.read(Opcode.NOP_IN);
            }
            assertThat(client.readToEnd()).as("no answer, no connection").isNull();
        }
    }

    @Test
    @Clause("11.9.1")
    void stopAsksForLogoutAndWaits() throws Exception {
        try (TestServer target = new TestServer();
                RawClient client = target.session()) {
            CompletableFuture<Boolean> stopped = new CompletableFuture<>();
            Thread stopper = Thread.ofPlatform()
                    .name("stopper")
                    .start(() -> stopped.complete(target.server.stop(Duration.ofSeconds(20))));
            AsyncMessage message =
                    new AsyncMessage(client.read(Opcode.ASYNC_MESSAGE).bhs());
            assertThat(message.asyncEvent()).isEqualTo(1);
            assertThat(message.parameter3()).isEqualTo(3);
            client.send(client.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
            client.read(Opcode.SCSI_RESPONSE);
            LogoutRequest logout = new LogoutRequest();
            logout.isFinal(true);
            logout.initiatorTaskTag(5000);
            logout.cmdSn(client.cmdSn);
            client.send(logout, NO_DATA);
            client.read(Opcode.LOGOUT_RESPONSE);
            assertThat(client.readToEnd()).isNull();
            assertThat(stopped.get()).isTrue();
            assertThat(target.device.opened.getFirst().loss).isEqualTo(NexusLoss.LOGOUT);
            stopper.join();
        }
    }

    @Test
    void stopClosesWhoDoesNotLogOut() throws IOException {
        SessionLimits limits = new SessionLimits(1 << 25, 1 << 27, Duration.ofSeconds(15), Duration.ofSeconds(1));
        try (TestServer target = server(session(limits));
                RawClient client = target.session();
                RawClient fresh = target.connect()) {
            client.send(client.command(FakeDevice.HOLD, 0, 0), NO_DATA);
            client.send(client.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
            client.read(Opcode.SCSI_RESPONSE);
            assertThat(target.server.stop(Duration.ofMillis(50))).isTrue();
            client.readToEnd();
            assertThat(fresh.readToEnd()).isNull();
            assertThat(target.device.opened.getFirst().taskCount()).isZero();
        }
    }

    @Test
    void loopsAreNamedThreadsForOthersToUse() throws Exception {
        try (PortalLoops loops = PortalLoops.open(2)) {
            List<ScheduledExecutorService> executors = loops.executors();
            assertThat(executors).hasSize(2);
            for (ScheduledExecutorService loop : executors) {
                assertThat(loop.submit(() -> Thread.currentThread().getName()).get())
                        .startsWith("iscsi-loop");
            }
        }
        assertThatThrownBy(() -> PortalLoops.open(0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(PortalLoops.defaultThreads()).isPositive();
    }

    @Test
    void everyTransportOfThisMachineServes() throws IOException {
        for (PortalLoops.Transport transport : PortalLoops.Transport.values()) {
            if (!transport.available()) {
                continue;
            }
            InetSocketAddress portal = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (PortalLoops loops = PortalLoops.open(1, transport)) {
                IscsiServer server = IscsiServer.start(ServerOptions.standard(List.of(portal)), new NoTargets(), loops);
                try (RawClient client = new RawClient(server.addresses().getFirst())) {
                    assertThat(client.login("").status()).as("%s", transport).isZero();
                }
                server.stop(Duration.ZERO);
            }
        }
    }

    @Test
    @Clause("11.13.5")
    void aPortalMaySendAnInitiatorToAnother() throws IOException {
        try (TestServer target = new TestServer();
                RawClient first = target.connect();
                RawClient second = new RawClient(target.server.addresses().get(1))) {
            String other = "127.0.0.1:" + target.server.addresses().get(1).getPort() + ",1";
            target.redirects.put(target.portal().getPort(), new Redirect(other, false));
            byte[] keys = RawClient.text("InitiatorName=" + RawClient.NAME, "TargetName=" + TestServer.TARGET);
            first.send(first.loginRequest(1, 3), keys);
            RawClient.Answer answer = first.read(Opcode.LOGIN_RESPONSE);
            assertThat(new LoginResponse(answer.bhs()).status()).isEqualTo(0x0101);
            assertThat(answer.text()).isEqualTo("TargetAddress=" + other + "\0");
            assertThat(first.readToEnd()).isNull();
            assertThat(second.login(TestServer.TARGET).status()).isZero();
        }
    }

    @Test
    @Clause({"11.9.1", "6.4"})
    void whoIsAskedToNegotiateDoesSoOrLosesTheConnection() throws IOException {
        try (TestServer target = new TestServer();
                RawClient obliging = target.session();
                RawClient silent = target.connect()) {
            silent.isid++;
            assertThat(silent.login(TestServer.TARGET).status()).isZero();
            target.server.requestNegotiation(1);
            for (RawClient client : List.of(obliging, silent)) {
                AsyncMessage message =
                        new AsyncMessage(client.read(Opcode.ASYNC_MESSAGE).bhs());
                assertThat(message.asyncEvent()).isEqualTo(4);
                assertThat(message.parameter3()).isEqualTo(1);
            }
            TextRequest text = new TextRequest();
            text.initiatorTaskTag(obliging.nextTag++);
            text.targetTransferTag(Bhs.RESERVED_TAG);
            text.cmdSn(obliging.cmdSn++);
            obliging.send(text, RawClient.text("MaxRecvDataSegmentLength=4096"));
            obliging.read(Opcode.TEXT_RESPONSE);
            assertThat(silent.readToEnd()).isNull();
            obliging.send(obliging.ping(), NO_DATA);
            obliging.read(Opcode.NOP_IN);
        }
    }

    @Test
    void loginStormLeavesOneSession() throws Exception {
        try (TestServer target = new TestServer()) {
            int stormers = 8;
            List<CompletableFuture<Void>> results = new ArrayList<>();
            for (int i = 0; i < stormers; i++) {
                CompletableFuture<Void> result = new CompletableFuture<>();
                results.add(result);
                Thread.ofPlatform().name("stormer-" + i).start(() -> storm(target, result));
            }
            for (CompletableFuture<Void> result : results) {
                result.get();
            }
            try (RawClient last = target.session()) {
                last.send(last.command(FakeDevice.NOTHING, 0, 0), NO_DATA);
                last.read(Opcode.SCSI_RESPONSE);
                assertThat(target.device.open()).hasSize(1);
                assertThat(target.server.sessions()).hasSize(1);
            }
        }
    }

    /** All log in with one name: each takes the place of another. */
    private static void storm(TestServer target, CompletableFuture<Void> result) {
        try {
            for (int i = 0; i < 40; i++) {
                try (RawClient client = target.connect()) {
                    client.login(TestServer.TARGET);
                } catch (IOException e) {
                    // Another took the place while this one logged in: the connection was closed.
                    assertThat(e).isNotNull();
                }
            }
            result.complete(null);
        } catch (RuntimeException | AssertionError e) {
            result.completeExceptionally(e);
        }
    }
}
