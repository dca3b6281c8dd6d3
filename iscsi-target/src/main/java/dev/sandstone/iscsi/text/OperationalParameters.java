package dev.sandstone.iscsi.text;

/**
 * What a login agreed on (RFC 7143 13). Lengths in bytes, times in seconds.
 *
 * @param headerDigest CRC32C over headers
 * @param dataDigest CRC32C over data segments
 * @param initiatorMaxRecvDataSegmentLength what the initiator declared: the cap on data segments to it
 * @param targetMaxRecvDataSegmentLength what the target declared: the cap on data segments to it
 */
public record OperationalParameters(
        boolean headerDigest,
        boolean dataDigest,
        int maxConnections,
        boolean initialR2t,
        boolean immediateData,
        int initiatorMaxRecvDataSegmentLength,
        int targetMaxRecvDataSegmentLength,
        int maxBurstLength,
        int firstBurstLength,
        int defaultTime2Wait,
        int defaultTime2Retain,
        int maxOutstandingR2t,
        boolean dataPduInOrder,
        boolean dataSequenceInOrder,
        int errorRecoveryLevel) {

    /** The values before any negotiation. */
    public static OperationalParameters initial() {
        return new OperationalValues().parameters();
    }
}
