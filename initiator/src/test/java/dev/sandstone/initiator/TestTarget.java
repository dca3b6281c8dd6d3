package dev.sandstone.initiator;

import dev.sandstone.iscsi.access.Admission;
import dev.sandstone.iscsi.access.ChapAccount;
import dev.sandstone.iscsi.access.TargetDirectory;
import dev.sandstone.iscsi.server.IscsiServer;
import dev.sandstone.iscsi.server.PortalLoops;
import dev.sandstone.iscsi.server.ServerOptions;
import dev.sandstone.scsi.task.ScsiDevice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The project's own target on loopback with a {@link MemoryDevice}. */
final class TestTarget implements TargetDirectory, AutoCloseable {
    static final String NAME = "iqn.2026-11.dev.sandstone:memory";
    static final String INITIATOR = "iqn.2026-11.org.example:client";
    static final int BLOCKS = 16384;

    final MemoryDevice device = new MemoryDevice(BLOCKS);
    private final PortalLoops loops = PortalLoops.open(1);
    private final IscsiServer server;
    private final Admission admission;

    TestTarget() throws IOException {
        this(new Admission(true, Optional.empty(), Optional.empty()));
    }

    TestTarget(Admission admission) throws IOException {
        this.admission = admission;
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = IscsiServer.start(ServerOptions.standard(List.of(any)), this, loops);
    }

    static Admission chap(Credentials initiator, Credentials target) {
        return new Admission(
                true,
                Optional.of(new ChapAccount(initiator.name(), initiator.secret())),
                Optional.of(new ChapAccount(target.name(), target.secret())));
    }

    InetSocketAddress portal() {
        return server.addresses().get(0);
    }

    IscsiServer server() {
        return server;
    }

    SessionOptions options() {
        return SessionOptions.to(portal(), INITIATOR).withTarget(NAME).withTimeoutMs(60_000);
    }

    @Override
    public List<String> visibleTargets(String initiatorName, InetAddress from) {
        return List.of(NAME);
    }

    @Override
    public Optional<ScsiDevice> device(String targetName) {
        return targetName.equals(NAME) ? Optional.of(device) : Optional.empty();
    }

    @Override
    public Admission admitNormal(String initiatorName, InetAddress from, String targetName) {
        return admission;
    }

    @Override
    public Admission admitDiscovery(String initiatorName, InetAddress from) {
        return admission;
    }

    @Override
    public Optional<String> alias(String targetName) {
        return Optional.empty();
    }

    @Override
    public void close() {
        server.stop(Duration.ZERO);
        loops.close();
    }
}
