package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.command.DeviceCommand;
import dev.sandstone.scsi.command.LunKind;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;

/** TEST UNIT READY (SPC-4 6.47): whatever is not ready was found before the handler ran. */
final class TestUnitReady {
    private TestUnitReady() {}

    static void start(DeviceCommand command) {
        if (command.lunKind() == LunKind.ABSENT) {
            throw CheckCondition.illegal(AdditionalSense.LOGICAL_UNIT_NOT_SUPPORTED);
        }
        command.good();
    }
}
