package dev.sandstone.iscsi.server;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
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
 * A whole target without a socket takes any bytes, before login and after: no exception leaves the handler's own net, the
 * session's end leaves no task, no session and not one byte of memory behind.
 */
class PduSequenceFuzzTest {
    private static final int MEMORY = 1 << 16;
    private static final int MAX_BYTES = MEMORY / 4;

    @FuzzTest(maxDuration = "20s")
    void beforeLogin(byte[] bytes) {
        Target target = new Target();
        target.take(bytes);
        target.end();
    }

    @FuzzTest(maxDuration = "20s")
    void afterLogin(FuzzedDataProvider data) {
        Target target = new Target();
        target.login(data.consumeBoolean());
        while (data.remainingBytes() > 0 && target.channel.isOpen()) {
            target.take(pdu(data));
        }
        target.end();
    }

    /** A PDU that is well formed more often than not, so that it gets past the decoder. */
    private static byte[] pdu(FuzzedDataProvider data) {
        int length = data.consumeInt(0, 600);
        byte[] header = new byte[48];
        int opcode = data.pickValue(new int[] {0x00, 0x01, 0x01, 0x02, 0x04, 0x05, 0x05, 0x06, 0x10, 0x1c, 0x21});
        boolean carries = opcode != 0x02 && opcode != 0x06 && opcode != 0x10;
        int segment = carries ? length : 0;
        header[0] = (byte) (opcode | (data.consumeBoolean() ? 0x40 : 0));
        header[1] = data.consumeByte();
        put(header, 4, segment);
        put(header, 16, data.consumeInt(-1, 6));
        put(header, 20, data.consumeBoolean() ? -1 : data.consumeInt(0, 6));
        put(header, 24, 1 + data.consumeInt(0, 8));
        put(header, 36, data.consumeInt(0, 3));
        put(header, 40, data.consumeInt(0, 1200));
        if (opcode == 0x01) {
            put(header, 20, data.consumeInt(0, MAX_BYTES));
            header[32] = data.pickValue(new byte[] {(byte) 0xc0, (byte) 0xc1, (byte) 0xc2, (byte) 0xc3, (byte) 0xc5});
            put(header, 34, data.consumeInt(0, MAX_BYTES));
            put(header, 38, 0);
        }
        byte[] pdu = new byte[48 + ((segment + 3) & ~3)];
        System.arraycopy(header, 0, pdu, 0, 48);
        byte[] body = data.consumeBytes(segment);
        System.arraycopy(body, 0, pdu, 48, body.length);
        return pdu;
    }

    private static void put(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }

    /** A target with one connection. */
    private static final class Target implements TargetDirectory {
        private final FakeDevice device = new FakeDevice(MEMORY, null);
        private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        private final SessionRegistry registry = new SessionRegistry();
        private final EmbeddedChannel channel;
        private @Nullable Throwable fault;

        Target() {
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
            String text = "InitiatorName=iqn.2026-01.dev.sandstone:host\0TargetName=" + TestServer.TARGET
                    + "\0InitialR2T=" + (unsolicited ? "No" : "Yes")
                    + "\0FirstBurstLength=512\0MaxBurstLength=1024\0MaxOutstandingR2T=2\0";
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
    }
}
