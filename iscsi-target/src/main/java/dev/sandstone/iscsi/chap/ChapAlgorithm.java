package dev.sandstone.iscsi.chap;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Optional;

/** The hash of an exchange, strongest first: the order in which a target prefers them. Codes: IANA, PPP CHAP numbers. */
public enum ChapAlgorithm {
    SHA3_256(8, "SHA3-256", 32),
    SHA_256(7, "SHA-256", 32),
    SHA_1(6, "SHA-1", 20),
    MD5(5, "MD5", 16);

    private final int code;
    private final String jcaName;
    private final int length;

    ChapAlgorithm(int code, String jcaName, int length) {
        this.code = code;
        this.jcaName = jcaName;
        this.length = length;
    }

    /** The number in CHAP_A. */
    public int code() {
        return code;
    }

    /** Bytes of a response. */
    public int length() {
        return length;
    }

    /** The strongest of the enabled algorithms that is among the offered codes. */
    public static Optional<ChapAlgorithm> choose(Collection<String> offered, Collection<ChapAlgorithm> enabled) {
        for (ChapAlgorithm algorithm : values()) {
            if (enabled.contains(algorithm) && offered.contains(Integer.toString(algorithm.code))) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /** RFC 1994 4.1: the hash over identifier, secret and challenge. */
    public byte[] respond(int identifier, byte[] secret, byte[] challenge) {
        MessageDigest digest = digest();
        digest.update((byte) identifier);
        digest.update(secret);
        return digest.digest(challenge);
    }

    private MessageDigest digest() {
        try {
            return MessageDigest.getInstance(jcaName);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks " + jcaName, e);
        }
    }
}
