package dev.sandstone.iscsi.session;

import dev.sandstone.iscsi.access.TargetDirectory;
import dev.sandstone.iscsi.text.Key;
import dev.sandstone.iscsi.text.TextException;
import dev.sandstone.iscsi.text.TextPair;
import dev.sandstone.iscsi.text.TextValue;
import dev.sandstone.scsi.name.IscsiName;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What is answered to the keys of a text request: SendTargets (RFC 7143 Appendix C), and the keys that may change late. */
final class TextAnswers {
    private static final String ALL = "All";

    private final Connection connection;

    TextAnswers(Connection connection) {
        this.connection = connection;
    }

    List<TextPair> to(List<TextPair> keys) throws TextException {
        List<TextPair> answer = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (TextPair pair : keys) {
            if (!seen.add(pair.key())) {
                throw new TextException("key " + pair.key() + " comes twice");
            }
            answer(pair, answer);
        }
        return answer;
    }

    private void answer(TextPair pair, List<TextPair> answer) throws TextException {
        Key key = Key.of(pair.key());
        if (key == null) {
            answer.add(new TextPair(pair.key(), TextValue.NOT_UNDERSTOOD));
        } else if (key == Key.SEND_TARGETS) {
            sendTargets(pair.value(), answer);
        } else if (key == Key.MAX_RECV_DATA_SEGMENT_LENGTH) {
            declare(pair.value());
        } else if (key.rule().isNegotiated()) {
            answer.add(key.with(TextValue.REJECT));
        } else if (key != Key.INITIATOR_ALIAS) {
            throw new TextException("key " + pair.key() + " in full feature phase");
        }
    }

    private void declare(String value) throws TextException {
        OptionalLong bytes = TextValue.number(value);
        if (bytes.isEmpty() || !Key.MAX_RECV_DATA_SEGMENT_LENGTH.rule().admits(bytes.getAsLong())) {
            throw new TextException("MaxRecvDataSegmentLength is not admissible");
        }
        connection.maxSendSegment((int) bytes.getAsLong());
    }

    /** In a discovery session all targets or the one named; in a normal one its own, named or not. */
    private void sendTargets(String value, List<TextPair> answer) {
        String own = connection.admitted().targetName();
        boolean discovery = own.isEmpty();
        InetSocketAddress peer = Peers.address(connection.channel().remoteAddress());
        if (value.equals(ALL) && !discovery) {
            answer.add(Key.SEND_TARGETS.with(TextValue.REJECT));
            return;
        }
        Optional<String> wanted = value.isEmpty() ? Optional.of(own) : IscsiName.normalise(value);
        TargetDirectory directory = connection.services().directory();
        InetAddress from = peer.isUnresolved() ? InetAddress.getLoopbackAddress() : peer.getAddress();
        for (String target : directory.visibleTargets(connection.admitted().initiatorName(), from)) {
            boolean named = wanted.isPresent() && IscsiName.normalise(target).equals(wanted);
            if ((value.equals(ALL) || named) && (discovery || target.equals(own))) {
                describe(target, answer);
            }
        }
    }

    private void describe(String target, List<TextPair> answer) {
        answer.add(Key.TARGET_NAME.with(target));
        InetSocketAddress local = Peers.address(connection.channel().localAddress());
        for (PortalAddresses.Portal portal : connection.services().portals().reachableFrom(local)) {
            answer.add(Key.TARGET_ADDRESS.with(text(portal.address()) + "," + portal.group()));
        }
    }

    /** RFC 7143 13.8: an IPv6 address stands in brackets. */
    private static String text(InetSocketAddress portal) {
        InetAddress address = portal.getAddress();
        if (address == null) {
            return portal.getHostString() + ":" + portal.getPort();
        }
        String host = address.getHostAddress();
        int scope = host.indexOf('%');
        String bare = scope < 0 ? host : host.substring(0, scope);
        return (address instanceof Inet6Address ? "[" + bare + "]" : bare) + ":" + portal.getPort();
    }
}
