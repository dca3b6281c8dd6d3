package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.DeviceCommand;

/** REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS (SPC-4 6.36). REPD adds a page that tells no timeouts. */
final class ReportSupportedTaskManagementFunctions {
    private static final int REPD = 7;
    private static final int SHORT_BYTES = 4;
    private static final int EXTENDED_BYTES = 16;

    private static final int ABORT_TASK = 0x80;
    private static final int ABORT_TASK_SET = 0x40;
    private static final int CLEAR_TASK_SET = 0x10;
    private static final int LOGICAL_UNIT_RESET = 0x08;

    private ReportSupportedTaskManagementFunctions() {}

    static void start(DeviceCommand command) {
        Cdb cdb = command.cdb();
        long allocationLength = cdb.u32(6);
        if (allocationLength < SHORT_BYTES) {
            throw cdb.invalid(6);
        }
        boolean extended = cdb.bit(2, REPD);
        byte[] data = new byte[extended ? EXTENDED_BYTES : SHORT_BYTES];
        data[0] = (byte) (ABORT_TASK | ABORT_TASK_SET | CLEAR_TASK_SET | LOGICAL_UNIT_RESET);
        data[3] = (byte) (data.length - SHORT_BYTES);
        command.good(data, allocationLength);
    }
}
