package dev.sandstone.iscsi.session;

import java.time.Duration;

/**
 * What one session may cost.
 *
 * @param softBytes data of unfinished commands above which commands wait
 * @param hardBytes data of unfinished commands above which commands are refused with TASK SET FULL
 * @param pingAfter silence after which the target asks with a NOP-In whether the initiator is there; it asks five times at
 *     this interval before it closes the connection
 * @param logoutTime how long an initiator may take for the logout it is asked for
 * @param sequenceTime silence after which Data-Out is asked for again, at error recovery level 1 and 2
 */
public record SessionLimits(
        long softBytes, long hardBytes, Duration pingAfter, Duration logoutTime, Duration sequenceTime) {
    private static final long MIB = 1 << 20;
    private static final Duration SEQUENCE_TIME = Duration.ofSeconds(5);

    /** With the standard time for sequences, 5 s. */
    public SessionLimits(long softBytes, long hardBytes, Duration pingAfter, Duration logoutTime) {
        this(softBytes, hardBytes, pingAfter, logoutTime, SEQUENCE_TIME);
    }

    public SessionLimits {
        if (softBytes <= 0 || hardBytes < softBytes) {
            throw new IllegalArgumentException(
                    "a session's bytes need 0 < soft <= hard, got " + softBytes + " and " + hardBytes);
        }
        if (!pingAfter.isPositive() || !logoutTime.isPositive() || !sequenceTime.isPositive()) {
            throw new IllegalArgumentException("times of a session are positive");
        }
    }

    /** 32 MiB, 128 MiB, 15 s, 3 s, 5 s. */
    public static SessionLimits standard() {
        return new SessionLimits(32 * MIB, 128 * MIB, Duration.ofSeconds(15), Duration.ofSeconds(3));
    }
}
