package dev.sandstone.initiator;

import dev.sandstone.iscsi.text.Key;
import dev.sandstone.iscsi.text.TextPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** SendTargets (RFC 7143 4.3, appendix C). */
public final class Discovery {

    private Discovery() {}

    /** Logs in for discovery, asks for all targets, logs out. The options' target name is not used. */
    public static List<DiscoveredTarget> discover(SessionOptions options) throws IOException {
        SessionOptions discovery = new SessionOptions(
                options.portal(),
                options.initiatorName(),
                Optional.empty(),
                options.isid(),
                options.chap(),
                options.targetChap(),
                options.algorithms(),
                options.offers(),
                options.timeoutMs());
        try (IscsiSession session = IscsiSession.open(discovery)) {
            List<DiscoveredTarget> targets = sendTargets(session, "All");
            session.logout();
            return targets;
        }
    }

    /** Asks within a session; {@code what} is All, a target name, or empty for the session's own target. */
    public static List<DiscoveredTarget> sendTargets(IscsiSession session, String what) throws IOException {
        List<DiscoveredTarget> targets = new ArrayList<>();
        for (TextPair pair : session.text(List.of(Key.SEND_TARGETS.with(what)))) {
            if (pair.key().equals(Key.TARGET_NAME.text())) {
                targets.add(new DiscoveredTarget(pair.value(), new ArrayList<>()));
            } else if (pair.key().equals(Key.TARGET_ADDRESS.text()) && !targets.isEmpty()) {
                targets.get(targets.size() - 1).addresses().add(pair.value());
            } else {
                throw new TargetProtocolException("an answer to SendTargets with key " + pair.key());
            }
        }
        return targets;
    }
}
