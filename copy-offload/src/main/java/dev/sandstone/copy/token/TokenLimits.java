package dev.sandstone.copy.token;

import java.util.concurrent.TimeUnit;

/** How far tokens go: published by the Third-party Copy VPD page where it has a field, and enforced. */
public final class TokenLimits {
    /** MAXIMUM RANGE DESCRIPTORS of one command. */
    public static final int RANGES = 512;

    /** MAXIMUM INACTIVITY TIMEOUT, in seconds. */
    public static final int MOST_IDLE_SECONDS = 600;

    /** DEFAULT INACTIVITY TIMEOUT, in seconds. */
    public static final int IDLE_SECONDS = 60;

    /** MAXIMUM TOKEN TRANSFER SIZE, in blocks of 512 bytes: 64 GiB. */
    public static final long MOST_BLOCKS = 1L << 27;

    /** OPTIMAL TRANSFER COUNT, in blocks of 512 bytes: 256 MiB, which even a copy of the bytes ends within a second or so. */
    public static final long OPTIMAL_BLOCKS = 1L << 19;

    /** A token ends then, however busy it is: what it keeps may cost much by now. */
    static final long LIFETIME_NANOS = TimeUnit.HOURS.toNanos(1);

    /** Tokens that are valid for one initiator; then the one longest unused is cancelled for a new one. */
    static final int TOKENS_OF_ONE = 256;

    /** Tokens that are valid in all. */
    static final int TOKENS = 1024;

    /** Tokens that have ended and of which it is still known how. */
    static final int REMEMBERED = 4096;

    private TokenLimits() {}
}
