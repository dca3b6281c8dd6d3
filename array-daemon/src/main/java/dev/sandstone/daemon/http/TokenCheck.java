package dev.sandstone.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Bearer tokens: 256 random bits, of which only the SHA-256 is kept. A hash made to be slow would add nothing: there are
 * too many tokens to guess.
 */
public final class TokenCheck {
    private static final int TOKEN_BYTES = 32;
    private static final String SCHEME = "Bearer ";

    private final byte[] digest;

    private TokenCheck(byte[] digest) {
        this.digest = digest;
    }

    /** A new token; it is shown once and never kept. */
    public static String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return "san_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public static TokenCheck ofToken(String token) {
        return new TokenCheck(sha256(token));
    }

    /**
     * @param hex what {@link #hex} answered when the token was made
     * @throws IllegalArgumentException when it is no SHA-256 in hexadecimal
     */
    public static TokenCheck ofHex(String hex) {
        byte[] digest = HexFormat.of().parseHex(hex);
        if (digest.length != 32) {
            throw new IllegalArgumentException("not a SHA-256: " + digest.length + " bytes");
        }
        return new TokenCheck(digest);
    }

    public String hex() {
        return HexFormat.of().formatHex(digest);
    }

    /** Whether the value of an Authorization header carries the token; takes the same time for every wrong one. */
    boolean permits(String authorization) {
        boolean scheme = authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        String token = scheme ? authorization.substring(SCHEME.length()).strip() : "";
        return MessageDigest.isEqual(digest, sha256(token)) && scheme;
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has SHA-256", absent);
        }
    }
}
