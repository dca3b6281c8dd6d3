package dev.sandstone.initiator;

import dev.sandstone.iscsi.chap.ChapAlgorithm;
import dev.sandstone.iscsi.text.Key;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How to log in. Start with {@link #to} and change what differs by the {@code with} methods.
 *
 * @param portal address of the target's portal
 * @param initiatorName this node's name
 * @param targetName the target; empty for a discovery session
 * @param isid 48 bits; a second session of the same name needs another one
 * @param chap what this side proves when asked
 * @param targetChap what the target must prove; demands mutual CHAP
 * @param algorithms CHAP algorithms offered
 * @param offers operational keys offered, in order
 * @param timeoutMs how long connecting and a blocking call may take
 */
public record SessionOptions(
        InetSocketAddress portal,
        String initiatorName,
        Optional<String> targetName,
        long isid,
        Optional<Credentials> chap,
        Optional<Credentials> targetChap,
        List<ChapAlgorithm> algorithms,
        Map<Key, String> offers,
        int timeoutMs) {
    private static final int DEFAULT_TIMEOUT_MS = 30_000;
    /** Format EN (RFC 7143 11.12.5) with a number of this project's own. */
    private static final long DEFAULT_ISID = 0x400000000001L;

    /** No authentication, no digests, immediate data, no initial R2T, 256 KiB segments, 1 MiB bursts. */
    public static SessionOptions to(InetSocketAddress portal, String initiatorName) {
        return new SessionOptions(
                portal,
                initiatorName,
                Optional.empty(),
                DEFAULT_ISID,
                Optional.empty(),
                Optional.empty(),
                Arrays.asList(ChapAlgorithm.values()),
                standardOffers(),
                DEFAULT_TIMEOUT_MS);
    }

    public SessionOptions withTarget(String name) {
        return new SessionOptions(
                portal, initiatorName, Optional.of(name), isid, chap, targetChap, algorithms, offers, timeoutMs);
    }

    public SessionOptions withIsid(long value) {
        return new SessionOptions(
                portal, initiatorName, targetName, value, chap, targetChap, algorithms, offers, timeoutMs);
    }

    public SessionOptions withChap(Credentials own) {
        return new SessionOptions(
                portal, initiatorName, targetName, isid, Optional.of(own), targetChap, algorithms, offers, timeoutMs);
    }

    public SessionOptions withTargetChap(Credentials targets) {
        return new SessionOptions(
                portal, initiatorName, targetName, isid, chap, Optional.of(targets), algorithms, offers, timeoutMs);
    }

    public SessionOptions withAlgorithms(ChapAlgorithm... some) {
        return new SessionOptions(
                portal, initiatorName, targetName, isid, chap, targetChap, List.of(some), offers, timeoutMs);
    }

    public SessionOptions withTimeoutMs(int value) {
        return new SessionOptions(portal, initiatorName, targetName, isid, chap, targetChap, algorithms, offers, value);
    }

    /** Offers another value for a key. */
    public SessionOptions withOffer(Key key, String value) {
        Map<Key, String> changed = new LinkedHashMap<>(offers);
        changed.put(key, value);
        return new SessionOptions(
                portal, initiatorName, targetName, isid, chap, targetChap, algorithms, changed, timeoutMs);
    }

    /** Asks for CRC32C over headers and data. */
    public SessionOptions withDigests() {
        return withOffer(Key.HEADER_DIGEST, "CRC32C,None").withOffer(Key.DATA_DIGEST, "CRC32C,None");
    }

    private static Map<Key, String> standardOffers() {
        Map<Key, String> offers = new LinkedHashMap<>();
        offers.put(Key.HEADER_DIGEST, "None");
        offers.put(Key.DATA_DIGEST, "None");
        offers.put(Key.MAX_RECV_DATA_SEGMENT_LENGTH, "262144");
        offers.put(Key.INITIAL_R2T, "No");
        offers.put(Key.IMMEDIATE_DATA, "Yes");
        offers.put(Key.MAX_BURST_LENGTH, "1048576");
        offers.put(Key.FIRST_BURST_LENGTH, "262144");
        offers.put(Key.MAX_OUTSTANDING_R2T, "16");
        offers.put(Key.ERROR_RECOVERY_LEVEL, "0");
        return offers;
    }
}
