package dev.sandstone.scsi.device;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.CommandRow;
import dev.sandstone.scsi.command.CommandTable;
import dev.sandstone.scsi.reservation.PersistentState;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.task.ScsiStatus;
import dev.sandstone.scsi.task.TaskAttribute;
import dev.sandstone.scsi.unit.ItlNexus;
import dev.sandstone.scsi.unit.LogicalUnit;
import org.jspecify.annotations.Nullable;

/**
 * What every command passes before its handler, in this order: the nexus may see the unit, unit attentions, the operation
 * code, reservations, erasing, medium, read-only grants and write protection, bits that must be zero.
 */
final class CommandGate {
    private CommandGate() {}

    static void enter(UnitTask task) {
        LogicalUnit unit = task.unit();
        ItlNexus itl = task.itl();
        Cdb cdb = task.cdb();
        if (!unit.admit(itl)) {
            throw CheckCondition.illegal(AdditionalSense.LOGICAL_UNIT_NOT_SUPPORTED);
        }
        if (task.request().attribute() == TaskAttribute.ACA) {
            // There is never an ACA condition to be within (NORMACA is zero).
            throw CheckCondition.illegal(AdditionalSense.INVALID_MESSAGE_ERROR);
        }
        CommandRow row = task.table().find(cdb);
        if (itl.hasAttention() && (row == null || !row.beforeAttention())) {
            refuse(itl.takeAttention());
        }
        if (row == null) {
            throw unknown(task.table(), cdb);
        }
        if (excluded(unit, itl, row, cdb)) {
            task.status(ScsiStatus.RESERVATION_CONFLICT);
            return;
        }
        if (!row.whileErasing() && !(row.afterFailedErase() && !unit.erasing().running())) {
            refuse(unit.erasing().notReady());
        }
        if (row.needsMedium()) {
            refuse(unit.medium().notReady());
        }
        if (!row.readOnlyMay(cdb)) {
            refuse(itl.grantProtection());
        }
        if (row.writes()) {
            refuse(unit.writeProtection(itl));
        }
        row.checkReserved(cdb);
        row.handler().start(task);
    }

    private static boolean excluded(LogicalUnit unit, ItlNexus itl, CommandRow row, Cdb cdb) {
        if (unit.reservation().conflicts(itl) && !row.despiteReservation(cdb)) {
            return true;
        }
        if (row.unlessReserved() && unit.reservation().held()) {
            return true;
        }
        PersistentState persistent = unit.persistent().state();
        return persistent.type() != null && persistent.conflicts(itl.port(), row.access(cdb));
    }

    private static void refuse(@Nullable SenseData reason) {
        if (reason != null) {
            throw new CheckCondition(reason);
        }
    }

    /** SPC-4 4.3: an operation code that is there, with a service action that is not, has an invalid field. */
    private static CheckCondition unknown(CommandTable table, Cdb cdb) {
        return table.hasServiceActions(cdb.opcode())
                ? cdb.invalid(1, 4)
                : CheckCondition.illegal(AdditionalSense.INVALID_COMMAND_OPERATION_CODE);
    }
}
