package dev.sandstone.system;

import dev.sandstone.initiator.Cdb;
import dev.sandstone.initiator.Credentials;
import dev.sandstone.initiator.IscsiSession;
import dev.sandstone.initiator.ScsiRequest;
import dev.sandstone.initiator.SessionOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What must be the same of an array, whichever version looks at it: a line for each fact. */
final class ArrayFacts {
    static final String HOST_NAME = "iqn.2026-11.test.frozen:reader";
    static final Credentials HOST = Credentials.of("reader", "frozen-reader-secret");
    static final Credentials ARRAY = Credentials.of("array", "frozen-target-secret");

    private static final int READ_BLOCKS = 512;
    private static final int BLOCK = 512;
    /** What the listings tell that neither time nor another version changes. */
    private static final List<List<String>> LISTINGS = List.of(
            List.of("host", "name", "iqn", "chap_user", "mutual_user"),
            List.of("grant", "volume", "host", "iqn", "lun", "read_only"),
            List.of(
                    "volume",
                    "name",
                    "uuid",
                    "state",
                    "size_bytes",
                    "iqn",
                    "lun",
                    "naa",
                    "serial",
                    "write_policy",
                    "physical_block",
                    "removable",
                    "read_only",
                    "origin",
                    "snapshots",
                    "rewind_window_s"),
            List.of("snapshot", "volume", "name", "uuid", "state", "kind", "taken_at", "size_bytes", "held", "group"),
            List.of("group", "name", "volumes", "created_at", "snapshots"));

    private ArrayFacts() {}

    /** The facts of an array, sorted. */
    static List<String> of(San san) throws IOException {
        List<String> facts = new ArrayList<>();
        for (List<String> listing : LISTINGS) {
            for (JsonNode item : san.json(listing.get(0), "list")) {
                List<String> words = new ArrayList<>(listing);
                words.replaceAll(name -> item.has(name) ? name + "=" + item.get(name) : name);
                facts.add(String.join(" ", words));
            }
        }
        String target = san.json("volume", "list").get(0).get("iqn").asString();
        try (IscsiSession session = session(san, target)) {
            for (JsonNode grant : san.json("grant", "list")) {
                if (grant.get("iqn").asString().equals(HOST_NAME)) {
                    facts.add("content " + grant.get("volume").asString() + " "
                            + hash(session, grant.get("lun").asInt()));
                }
            }
            session.logout();
        }
        Collections.sort(facts);
        return facts;
    }

    /** Logs in as the host does, each side with its secret. */
    static IscsiSession session(San san, String target) throws IOException {
        InetSocketAddress portal =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(san.port(0)));
        return IscsiSession.open(SessionOptions.to(portal, HOST_NAME)
                .withTarget(target)
                .withChap(HOST)
                .withTargetChap(ARRAY));
    }

    /** Of all that a unit holds. */
    static String hash(IscsiSession session, int lun) throws IOException {
        session.execute(ScsiRequest.of(lun, Cdb.testUnitReady()));
        byte[] capacity = session.execute(ScsiRequest.in(lun, Cdb.readCapacity16(32), 32))
                .requireGood()
                .dataIn();
        long blocks = ByteBuffer.wrap(capacity).getLong(0) + 1;
        MessageDigest digest = digest();
        for (long at = 0; at < blocks; at += READ_BLOCKS) {
            int count = (int) Math.min(READ_BLOCKS, blocks - at);
            digest.update(session.execute(ScsiRequest.in(lun, Cdb.read16(at, count), count * BLOCK))
                    .requireGood()
                    .dataIn());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
