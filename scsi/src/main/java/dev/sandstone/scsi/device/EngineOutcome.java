package dev.sandstone.scsi.device;

import dev.sandstone.engine.volume.EngineStatus;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;
import org.jspecify.annotations.Nullable;

/** What the initiator is told when an engine operation failed. */
public final class EngineOutcome {
    private EngineOutcome() {}

    /** The sense data for the status; null for those that end a command with BUSY, to be tried again. */
    public static @Nullable SenseData sense(EngineStatus status, long detail) {
        return switch (status) {
            case MISCOMPARE ->
                of(SenseKey.MISCOMPARE, AdditionalSense.MISCOMPARE_DURING_VERIFY_OPERATION)
                        .withInformation(detail);
            case MEDIUM_ERROR ->
                of(SenseKey.MEDIUM_ERROR, AdditionalSense.UNRECOVERED_READ_ERROR)
                        .withInformation(detail);
            case SPACE_EXHAUSTED -> of(SenseKey.DATA_PROTECT, AdditionalSense.SPACE_ALLOCATION_FAILED_WRITE_PROTECT);
            case OUT_OF_RANGE -> SenseData.illegal(AdditionalSense.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE);
            case NOT_FOUND -> SenseData.illegal(AdditionalSense.LOGICAL_UNIT_NOT_SUPPORTED);
            case NOT_PERMITTED -> of(SenseKey.DATA_PROTECT, AdditionalSense.WRITE_PROTECTED);
            case BUSY, CLOSED -> null;
            case OK, EXISTS, TOO_MANY, IO_ERROR -> of(SenseKey.HARDWARE_ERROR, AdditionalSense.INTERNAL_TARGET_FAILURE);
        };
    }

    private static SenseData of(SenseKey key, AdditionalSense additional) {
        return SenseData.of(key, additional);
    }
}
