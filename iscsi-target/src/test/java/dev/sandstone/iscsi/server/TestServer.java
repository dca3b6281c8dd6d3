package dev.sandstone.iscsi.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandstone.iscsi.access.Admission;
import dev.sandstone.iscsi.access.Redirect;
import dev.sandstone.iscsi.access.TargetDirectory;
import dev.sandstone.iscsi.session.SessionLimits;
import dev.sandstone.scsi.task.ScsiDevice;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * A server on loopback with a {@link FakeDevice} behind one target, open to everybody. Its end proves that every buffer was
 * given back.
 */
final class TestServer implements AutoCloseable {
    static final String TARGET = "iqn.2026-01.dev.sandstone:disk";
    static final int SIZE = 8 << 20;

    final FakeDevice device;
    final List<String> targets = new ArrayList<>(List.of(TARGET));
    final Map<Integer, Redirect> redirects = new ConcurrentHashMap<>();
    private final PortalLoops loops;
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    final IscsiServer server;

    TestServer() throws IOException {
        this(new FakeDevice(SIZE, null), options -> options);
    }

    TestServer(FakeDevice device, UnaryOperator<ServerOptions> change) throws IOException {
        this.device = device;
        loops = PortalLoops.open(2);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = IscsiServer.start(change.apply(patient(List.of(any, any))), new Directory(), loops, allocator);
    }

    /** Standard options, but silence is no fault: a test may be slow. */
    private static ServerOptions patient(List<InetSocketAddress> portals) {
        ServerOptions options = ServerOptions.standard(portals);
        SessionLimits limits = options.session();
        return new ServerOptions(
                portals,
                options.limits(),
                new SessionLimits(limits.softBytes(), limits.hardBytes(), Duration.ofMinutes(5), limits.logoutTime()),
                options.offer(),
                options.algorithms());
    }

    InetSocketAddress portal() {
        return server.addresses().getFirst();
    }

    RawClient connect() throws IOException {
        return new RawClient(portal());
    }

    /** A client that has logged in. */
    RawClient session(String... keys) throws IOException {
        RawClient client = connect();
        int status = client.login(TARGET, keys).status();
        if (status != 0) {
            throw new IOException("login status 0x" + Integer.toHexString(status));
        }
        return client;
    }

    private final class Directory implements TargetDirectory {
        @Override
        public List<String> visibleTargets(String initiatorName, InetAddress from) {
            return List.copyOf(targets);
        }

        @Override
        public Optional<ScsiDevice> device(String targetName) {
            return targets.contains(targetName) ? Optional.of(device) : Optional.empty();
        }

        @Override
        public Admission admitNormal(String initiatorName, InetAddress from, String targetName) {
            return new Admission(true, Optional.empty(), Optional.empty());
        }

        @Override
        public Admission admitDiscovery(String initiatorName, InetAddress from) {
            return new Admission(true, Optional.empty(), Optional.empty());
        }

        @Override
        public Optional<Redirect> redirect(String initiatorName, String targetName, InetSocketAddress portal) {
            return Optional.ofNullable(redirects.get(portal.getPort()));
        }

        @Override
        public Optional<String> alias(String targetName) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        server.stop(Duration.ZERO);
        loops.close();
        assertThat(allocator.metric().usedDirectMemory())
                .as("bytes not given back")
                .isZero();
    }
}
