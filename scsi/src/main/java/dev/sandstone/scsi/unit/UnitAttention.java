package dev.sandstone.scsi.unit;

import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;

/** Unit attention conditions in order of precedence, the highest first (SAM-5 5.14, table 50). */
public enum UnitAttention {
    /** The general code: initiators in the field retry after 29/00 and stop at the more exact 29/01. */
    POWER_ON(AdditionalSense.POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED),
    TARGET_RESET(AdditionalSense.SCSI_BUS_RESET_OCCURRED),
    UNIT_RESET(AdditionalSense.BUS_DEVICE_RESET_FUNCTION_OCCURRED),
    NEXUS_LOSS(AdditionalSense.I_T_NEXUS_LOSS_OCCURRED),
    COMMANDS_CLEARED(AdditionalSense.COMMANDS_CLEARED_BY_ANOTHER_INITIATOR),
    MEDIUM_CHANGED(AdditionalSense.NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED),
    MODE_CHANGED(AdditionalSense.MODE_PARAMETERS_CHANGED),
    LOG_PARAMETERS_CHANGED(AdditionalSense.LOG_PARAMETERS_CHANGED),
    RESERVATIONS_PREEMPTED(AdditionalSense.RESERVATIONS_PREEMPTED),
    RESERVATIONS_RELEASED(AdditionalSense.RESERVATIONS_RELEASED),
    REGISTRATIONS_PREEMPTED(AdditionalSense.REGISTRATIONS_PREEMPTED),
    ACCESS_STATE_CHANGED(AdditionalSense.ASYMMETRIC_ACCESS_STATE_CHANGED),
    THRESHOLD_REACHED(AdditionalSense.THIN_PROVISIONING_SOFT_THRESHOLD_REACHED),
    IDENTIFIER_CHANGED(AdditionalSense.DEVICE_IDENTIFIER_CHANGED),
    CAPACITY_CHANGED(AdditionalSense.CAPACITY_DATA_HAS_CHANGED),
    LUNS_CHANGED(AdditionalSense.REPORTED_LUNS_DATA_HAS_CHANGED);

    private final AdditionalSense additional;

    UnitAttention(AdditionalSense additional) {
        this.additional = additional;
    }

    public SenseData sense() {
        return SenseData.of(SenseKey.UNIT_ATTENTION, additional);
    }

    /** Whether it tells that the unit's state was lost: one such condition covers those of lower precedence. */
    boolean isReset() {
        return compareTo(NEXUS_LOSS) <= 0;
    }
}
