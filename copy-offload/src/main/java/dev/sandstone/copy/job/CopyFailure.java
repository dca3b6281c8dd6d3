package dev.sandstone.copy.job;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.device.EngineOutcome;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import org.jspecify.annotations.Nullable;

/**
 * How a job failed (SPC-4 6.4.6.4).
 *
 * @param sense as the initiator is told
 * @param status what the engine said; OK where it was not asked
 */
public record CopyFailure(SenseData sense, EngineStatus status) {

    /** What comes next cannot be done at all. */
    public static CopyFailure broken(SenseData sense) {
        return new CopyFailure(sense, EngineStatus.OK);
    }

    /** An end of the copy may not be used, or not any more. */
    static CopyFailure refused(SenseData refusal, boolean bySource) {
        AdditionalSense code = refusal.asc() == AdditionalSense.LOGICAL_UNIT_NOT_SUPPORTED.asc()
                ? AdditionalSense.COPY_TARGET_DEVICE_NOT_REACHABLE
                : AdditionalSense.THIRD_PARTY_DEVICE_FAILURE;
        return new CopyFailure(aborted(code).forwarding(refusal, bySource), EngineStatus.OK);
    }

    /** An end of the copy has failed. */
    static CopyFailure failed(EngineStatus status, long detail, boolean bySource) {
        SenseData cause = EngineOutcome.sense(status, detail);
        SenseData sense = aborted(AdditionalSense.THIRD_PARTY_DEVICE_FAILURE);
        return new CopyFailure(cause == null ? sense : sense.forwarding(cause, bySource), status);
    }

    /** The same, saying where: the segment, its CSCD descriptor, and what is missing if part of it was written. */
    CopyFailure at(int segment, @Nullable CopyEnd end, long written, long blocks) {
        SenseData where = sense.atSegment(segment);
        if (end != null && end.descriptorOffset() != CopyEnd.NO_DESCRIPTOR) {
            where = where.atParameter(end.descriptorOffset());
        }
        return new CopyFailure(written > 0 ? where.withInformation(blocks - written) : where, status);
    }

    private static SenseData aborted(AdditionalSense code) {
        return SenseData.of(SenseKey.COPY_ABORTED, code);
    }
}
