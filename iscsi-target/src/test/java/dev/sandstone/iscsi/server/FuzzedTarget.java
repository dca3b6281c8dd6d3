package dev.sandstone.iscsi.server;

import dev.sandstone.iscsi.access.Admission;
import dev.sandstone.iscsi.access.TargetDirectory;
import dev.sandstone.iscsi.login.LoginSettings;
import dev.sandstone.iscsi.session.IscsiCounters;
import dev.sandstone.iscsi.session.Services;
import dev.sandstone.iscsi.session.SessionLimits;
import dev.sandstone.iscsi.session.SessionRegistry;
import dev.sandstone.scsi.task.ScsiDevice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A whole target without a socket, with one connection, for fuzzers: no exception may leave the handler's own net, and the
 * session's end may leave no task, no session and not one byte of memory behind.
 */
final class FuzzedTarget implements TargetDirectory {
    static final int MEMORY = 1 << 16;

    private final FakeDevice device = new FakeDevice(MEMORY, null);
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final SessionRegistry registry = new SessionRegistry();
    final EmbeddedChannel channel;
    private @Nullable Throwable fault;

    FuzzedTarget() {
        SessionLimits small = new SessionLimits(
                1 << 14,
                1 << 15,
                SessionLimits.standard().pingAfter(),
                SessionLimits.standard().logoutTime());
        Services services = new Services(this, registry, new IscsiCounters(), small, local -> List.of());
        ServerContext context = new ServerContext(ServerLimits.standard(), LoginSettings.standard(1), services) {
            @Override
            void error(org.slf4j.Logger log, String message, Throwable cause) {
                fault = cause;
            }
        };
        channel = new EmbeddedChannel();
        channel.config().setAllocator(allocator);
        channel.pipeline().addLast(new ConnectionHandler(context));
        channel.pipeline().fireChannelActive();
    }

    void login(boolean unsolicited) {
        login("InitialR2T=" + (unsolicited ? "No" : "Yes")
                + "\0FirstBurstLength=512\0MaxBurstLength=1024\0MaxOutstandingR2T=2\0");
    }

    void login(String operational) {
        String text =
                "InitiatorName=iqn.2026-01.dev.sandstone:host\0TargetName=" + TestServer.TARGET + '\0' + operational;
        byte[] keys = text.getBytes(StandardCharsets.UTF_8);
        byte[] pdu = new byte[48 + ((keys.length + 3) & ~3)];
        pdu[0] = 0x43;
        pdu[1] = (byte) 0x87;
        put(pdu, 4, keys.length);
        put(pdu, 24, 1);
        System.arraycopy(keys, 0, pdu, 48, keys.length);
        take(pdu);
        if (registry.size() != 1) {
            throw new AssertionError("login failed");
        }
    }

    void take(byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
        release();
    }

    private void release() {
        if (channel.isOpen()) {
            channel.flushOutbound();
        }
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            out.release();
        }
    }

    void end() {
        channel.finishAndReleaseAll();
        Throwable found = fault;
        if (found != null) {
            throw new AssertionError("an internal error", found);
        }
        if (registry.size() != 0 || !device.open().isEmpty()) {
            throw new AssertionError("a session outlived its connection");
        }
        if (device.opened.stream().anyMatch(nexus -> nexus.taskCount() > 0)) {
            throw new AssertionError("a task outlived its session");
        }
        if (allocator.metric().usedDirectMemory() != 0) {
            throw new AssertionError(allocator.metric().usedDirectMemory() + " bytes were not given back");
        }
    }

    @Override
    public List<String> visibleTargets(String initiatorName, InetAddress from) {
        return List.of(TestServer.TARGET);
    }

    @Override
    public Optional<ScsiDevice> device(String targetName) {
        return targetName.equals(TestServer.TARGET) ? Optional.of(device) : Optional.empty();
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
    public Optional<String> alias(String targetName) {
        return Optional.empty();
    }

    static void put(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }
}
