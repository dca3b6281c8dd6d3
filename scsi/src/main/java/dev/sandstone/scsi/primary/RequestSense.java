package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.command.DeviceCommand;
import dev.sandstone.scsi.command.LunKind;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.sense.SenseKey;

/**
 * REQUEST SENSE (SPC-4 6.39), on any LUN. Tells, as data with GOOD, the next unit attention (which is then cleared), else why
 * the unit is not ready, else nothing. DESC chooses the format, whatever D_SENSE says.
 */
final class RequestSense {
    private static final SenseData NOTHING =
            SenseData.of(SenseKey.NO_SENSE, AdditionalSense.NO_ADDITIONAL_SENSE_INFORMATION);
    private static final SenseData NO_UNIT = SenseData.illegal(AdditionalSense.LOGICAL_UNIT_NOT_SUPPORTED);

    private RequestSense() {}

    static void start(UnitCommand command) {
        SenseData sense = command.nexus().takeAttention();
        if (sense == null) {
            sense = command.unit().erasing().notReady();
        }
        if (sense == null) {
            sense = command.unit().medium().notReady();
        }
        answer(command, sense == null ? NOTHING : sense);
    }

    static void startWithoutUnit(DeviceCommand command) {
        answer(command, command.lunKind() == LunKind.ABSENT ? NO_UNIT : NOTHING);
    }

    private static void answer(DeviceCommand command, SenseData sense) {
        command.good(sense.encode(command.cdb().bit(1, 0)), command.cdb().u8(4));
    }
}
