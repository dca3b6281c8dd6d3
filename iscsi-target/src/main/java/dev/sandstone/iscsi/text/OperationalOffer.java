package dev.sandstone.iscsi.text;

/**
 * What this target is ready to agree to: its side of each operational key. Lengths in bytes, times in seconds.
 *
 * @param maxRecvDataSegmentLength declared, 512 to 2^24 - 1
 * @param headerDigest whether CRC32C may be chosen for headers
 * @param dataDigest whether CRC32C may be chosen for data
 * @param recovery what a session may do beyond one connection and error recovery level 0
 */
public record OperationalOffer(
        int maxRecvDataSegmentLength,
        int maxBurstLength,
        int firstBurstLength,
        boolean initialR2t,
        boolean immediateData,
        int maxOutstandingR2t,
        int defaultTime2Wait,
        boolean headerDigest,
        boolean dataDigest,
        RecoveryOffer recovery) {
    private static final int KIB = 1024;

    /** One connection, error recovery level 0, data in order. */
    public OperationalOffer(
            int maxRecvDataSegmentLength,
            int maxBurstLength,
            int firstBurstLength,
            boolean initialR2t,
            boolean immediateData,
            int maxOutstandingR2t,
            int defaultTime2Wait,
            boolean headerDigest,
            boolean dataDigest) {
        this(
                maxRecvDataSegmentLength,
                maxBurstLength,
                firstBurstLength,
                initialR2t,
                immediateData,
                maxOutstandingR2t,
                defaultTime2Wait,
                headerDigest,
                dataDigest,
                RecoveryOffer.none());
    }

    /** 256 KiB segments, 1 MiB bursts, 256 KiB unsolicited, 16 R2Ts, digests and recovery when asked for. */
    public static OperationalOffer standard() {
        return new OperationalOffer(
                256 * KIB, 1024 * KIB, 256 * KIB, false, true, 16, 2, true, true, RecoveryOffer.standard());
    }

    /** The same with another offer for recovery. */
    public OperationalOffer with(RecoveryOffer other) {
        return new OperationalOffer(
                maxRecvDataSegmentLength,
                maxBurstLength,
                firstBurstLength,
                initialR2t,
                immediateData,
                maxOutstandingR2t,
                defaultTime2Wait,
                headerDigest,
                dataDigest,
                other);
    }

    /** This side's value for a key with a numeric or boolean result function. */
    long value(Key key) {
        return switch (key) {
            case MAX_BURST_LENGTH -> maxBurstLength;
            case FIRST_BURST_LENGTH -> firstBurstLength;
            case INITIAL_R2T -> initialR2t ? 1 : 0;
            case IMMEDIATE_DATA -> immediateData ? 1 : 0;
            case MAX_OUTSTANDING_R2T -> maxOutstandingR2t;
            case DEFAULT_TIME2WAIT -> defaultTime2Wait;
            case DEFAULT_TIME2RETAIN -> recovery.time2Retain();
            case ERROR_RECOVERY_LEVEL -> recovery.level();
            case MAX_CONNECTIONS -> recovery.maxConnections();
            case DATA_PDU_IN_ORDER, DATA_SEQUENCE_IN_ORDER -> recovery.inOrder() ? 1 : 0;
            case PROTOCOL_LEVEL -> 1;
            default -> throw new IllegalArgumentException(key + " has no number");
        };
    }

    /** Whether the choice may be agreed to. */
    boolean supports(Key key, String choice) {
        return switch (key) {
            case HEADER_DIGEST -> headerDigest || choice.equals(TextValue.NONE);
            case DATA_DIGEST -> dataDigest || choice.equals(TextValue.NONE);
            case TASK_REPORTING -> choice.equals("RFC3720");
            default -> throw new IllegalArgumentException(key + " has no choices");
        };
    }
}
