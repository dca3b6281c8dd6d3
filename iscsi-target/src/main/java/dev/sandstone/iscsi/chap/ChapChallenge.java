package dev.sandstone.iscsi.chap;

import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * A challenge sent to the other side, good for one answer.
 *
 * <p>Invariants: identifier and challenge are random and used once; the answer is compared in constant time; a secret
 * shorter than 96 bits proves nothing.
 */
public final class ChapChallenge {
    /** Least length of a secret in bytes: 96 bits (RFC 7143 12.1.3). */
    public static final int MIN_SECRET_BYTES = 12;
    /** Greatest length of a challenge or a response in bytes (RFC 7143 12.1.3). */
    public static final int MAX_BYTES = 1024;
    /** Greatest identifier: it is one byte. */
    public static final int MAX_IDENTIFIER = 255;

    private final ChapAlgorithm algorithm;
    private final int identifier;
    private final byte[] challenge;
    private boolean used;

    public ChapChallenge(ChapAlgorithm algorithm, SecureRandom random) {
        this.algorithm = algorithm;
        this.identifier = random.nextInt(MAX_IDENTIFIER + 1);
        this.challenge = new byte[algorithm.length()];
        random.nextBytes(challenge);
    }

    public ChapAlgorithm algorithm() {
        return algorithm;
    }

    /** CHAP_I, 0 to 255. */
    public int identifier() {
        return identifier;
    }

    /** CHAP_C. */
    public byte[] challenge() {
        return challenge.clone();
    }

    /** Whether the response proves knowledge of the secret; false at the second call, whatever the response. */
    public boolean isAnsweredBy(byte[] response, byte[] secret) {
        boolean first = !used;
        used = true;
        boolean equal = MessageDigest.isEqual(algorithm.respond(identifier, secret, challenge), response);
        return equal && first && secret.length >= MIN_SECRET_BYTES;
    }

    /** Whether the other side sends our own challenge back, to have us answer it (RFC 7143 9.2.1). */
    public boolean isReflectedBy(byte[] otherChallenge) {
        return MessageDigest.isEqual(challenge, otherChallenge);
    }
}
