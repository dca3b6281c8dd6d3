package dev.sandstone.iscsi.transfer;

/**
 * What login negotiated about data transfer (RFC 7143 13), as seen by the target. Lengths in bytes.
 *
 * @param maxSendSegment the initiator's MaxRecvDataSegmentLength
 * @param maxBurst MaxBurstLength
 * @param firstBurst FirstBurstLength
 * @param initialR2t whether unsolicited Data-Out PDUs are forbidden
 * @param immediateData whether a command may carry data
 * @param maxOutstandingR2t MaxOutstandingR2T, at most {@link #MAX_OUTSTANDING_R2T}; 1 where data comes in order and is
 *     recovered (RFC 7143 13.19: only the last R2T may be sent again)
 * @param inOrder DataPDUInOrder and DataSequenceInOrder
 * @param recovery ErrorRecoveryLevel 1 or 2: what is lost is sent again
 */
public record TransferLimits(
        int maxSendSegment,
        int maxBurst,
        int firstBurst,
        boolean initialR2t,
        boolean immediateData,
        int maxOutstandingR2t,
        boolean inOrder,
        boolean recovery) {
    /** Most R2Ts this target keeps outstanding for one command. */
    public static final int MAX_OUTSTANDING_R2T = 16;

    /** In order, without recovery. */
    public TransferLimits(
            int maxSendSegment,
            int maxBurst,
            int firstBurst,
            boolean initialR2t,
            boolean immediateData,
            int maxOutstandingR2t) {
        this(maxSendSegment, maxBurst, firstBurst, initialR2t, immediateData, maxOutstandingR2t, true, false);
    }

    public TransferLimits {
        if (maxSendSegment < 512 || maxBurst < 512 || firstBurst < 512 || firstBurst > maxBurst) {
            throw new IllegalArgumentException("transfer lengths " + maxSendSegment + ", " + maxBurst + ", "
                    + firstBurst + " break RFC 7143 13.12-13.14");
        }
        if (maxOutstandingR2t < 1 || maxOutstandingR2t > MAX_OUTSTANDING_R2T) {
            throw new IllegalArgumentException("MaxOutstandingR2T " + maxOutstandingR2t + " is outside 1..16");
        }
    }

    /** The same with another length of data segments to the initiator (RFC 7143 13.12: it may declare anew any time). */
    public TransferLimits withMaxSendSegment(int bytes) {
        return new TransferLimits(
                bytes, maxBurst, firstBurst, initialR2t, immediateData, maxOutstandingR2t, inOrder, recovery);
    }
}
