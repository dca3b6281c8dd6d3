package dev.sandstone.iscsi.login;

import dev.sandstone.iscsi.access.Admission;
import dev.sandstone.iscsi.access.ChapAccount;
import dev.sandstone.iscsi.access.Redirect;
import dev.sandstone.iscsi.access.TargetDirectory;
import dev.sandstone.iscsi.chap.ChapThrottle;
import dev.sandstone.iscsi.pdu.LoginException;
import dev.sandstone.iscsi.pdu.LoginRequest;
import dev.sandstone.iscsi.pdu.LoginStatus;
import dev.sandstone.iscsi.text.OperationalParameters;
import dev.sandstone.iscsi.text.TextException;
import dev.sandstone.iscsi.text.TextFormat;
import dev.sandstone.iscsi.text.TextPair;
import dev.sandstone.scsi.task.ScsiDevice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A login machine with a directory and a registry that a test can set, and short ways to send a request. */
final class LoginBench implements TargetDirectory, SessionRegistry {
    private static final Visitor VISITOR = new Visitor(
            InetAddress.getLoopbackAddress(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 3260));

    Optional<Redirect> redirect = Optional.empty();
    static final String INITIATOR = "iqn.2026-11.org.example:host";
    static final String TARGET = "iqn.2026-11.dev.sandstone:vol";
    static final String NAMES = "InitiatorName=" + INITIATOR + "\0TargetName=" + TARGET + "\0";
    static final String DISCOVERY = "InitiatorName=" + INITIATOR + "\0SessionType=Discovery\0";
    static final ScsiDevice DEVICE = (port, name, relativePort) -> {
        throw new IllegalStateException("a login opens no nexus");
    };
    static final int NEW_TSIH = 0x77;

    static final int SECURITY_STAY = 0x00;
    static final int SECURITY_TO_OPERATIONAL = 0x81;
    static final int SECURITY_TO_FULL = 0x83;
    static final int OPERATIONAL_STAY = 0x04;
    static final int OPERATIONAL_TO_FULL = 0x87;
    static final int CONTINUES = 0x40;

    Admission admission = open();

    @Nullable
    LoginStatus joinFailure;

    @Nullable
    LoginStatus admitFailure;

    OperationalParameters sessionParameters = OperationalParameters.initial();
    final List<LoginIdentity> admitted = new ArrayList<>();
    final LoginRequest request = new LoginRequest();
    LoginSettings settings = LoginSettings.standard(1);
    private final ChapThrottle throttle = new ChapThrottle();
    private LoginMachine machine;

    LoginBench() {
        machine = newMachine();
        request.immediate(true);
        request.isid(0x00023d000001L);
        request.initiatorTaskTag(0x10);
        request.cid(1);
        request.cmdSn(100);
    }

    static Admission open() {
        return new Admission(true, Optional.empty(), Optional.empty());
    }

    static ChapAccount account(String name, String secret) {
        return new ChapAccount(name, secret.getBytes(StandardCharsets.UTF_8));
    }

    /** A new connection with the settings as they are now. */
    LoginBench reconnect() {
        machine = newMachine();
        return this;
    }

    /** Sends a request with these flags (byte 1) and this text. */
    LoginReply send(int flags, String text) {
        return send(flags, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    LoginReply send(int flags, ByteBuf data) {
        request.flags(flags);
        request.dataSegmentLength(data.readableBytes());
        return machine.receive(request, data);
    }

    /** The text of a reply as a map. */
    static Map<String, String> keys(LoginReply reply) {
        Map<String, String> keys = new LinkedHashMap<>();
        try {
            for (TextPair pair : TextFormat.parse(reply.text())) {
                keys.put(pair.key(), pair.value());
            }
        } catch (TextException e) {
            throw new AssertionError(e);
        }
        return keys;
    }

    @Override
    public Optional<Redirect> redirect(String initiatorName, String targetName, InetSocketAddress portal) {
        return portal.equals(VISITOR.portal()) ? redirect : Optional.empty();
    }

    private LoginMachine newMachine() {
        return new LoginMachine(settings, this, this, throttle, VISITOR);
    }

    @Override
    public List<String> visibleTargets(String initiatorName, InetAddress from) {
        return List.of(TARGET);
    }

    @Override
    public Optional<ScsiDevice> device(String targetName) {
        return targetName.equals(TARGET) ? Optional.of(DEVICE) : Optional.empty();
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
        return Optional.of("the volume");
    }

    @Override
    public OperationalParameters join(LoginIdentity identity) throws LoginException {
        if (joinFailure != null) {
            throw new LoginException(joinFailure, "join");
        }
        return sessionParameters;
    }

    @Override
    public int admit(LoginIdentity identity) throws LoginException {
        if (admitFailure != null) {
            throw new LoginException(admitFailure, "admit");
        }
        admitted.add(identity);
        return identity.tsih() == 0 ? NEW_TSIH : identity.tsih();
    }
}
