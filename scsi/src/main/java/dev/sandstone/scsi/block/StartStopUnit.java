package dev.sandstone.scsi.block;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.Step;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.unit.UnitAttention;

/**
 * START STOP UNIT (SBC-3 5.25). A volume has no spindle: started, stopped and in every POWER CONDITION it is ready, so that a
 * host that shuts down stops it for no other. Stopping and ejecting make its data durable first, unless NO_FLUSH. LOEJ loads and ejects the medium of a removable volume while no nexus prevents it.
 * Everything is done before the status, so IMMED changes nothing.
 *
 * <p>A removable volume takes reserved values of POWER CONDITION as those that are
 * defined: suites hold removable units to both.
 */
final class StartStopUnit {
    private static final int FLAGS = 4;
    private static final int NO_FLUSH = 2;
    private static final int LOEJ = 1;
    private static final int START = 0;

    /** ACTIVE, IDLE, STANDBY, LU_CONTROL, FORCE_IDLE_0, FORCE_STANDBY_0: a bit for each value of POWER CONDITION. */
    private static final int POWER_CONDITIONS = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 7 | 1 << 10 | 1 << 11;

    private StartStopUnit() {}

    /** Whether SPC-2 table 9 allows it under another nexus's reservation: only a plain start. */
    static boolean isPlainStart(Cdb cdb) {
        return cdb.u8(FLAGS) == 1 << START;
    }

    static void start(UnitCommand command) {
        Cdb cdb = command.cdb();
        boolean start = cdb.bit(FLAGS, START);
        // With a POWER CONDITION, START and LOEJ are ignored.
        int condition = cdb.bits(FLAGS, 7, 4);
        if (condition != 0) {
            requireDefined(command, condition);
            command.good();
        } else if (cdb.bit(FLAGS, LOEJ)) {
            requireRemovable(command);
            if (start && command.unit().medium().loaded()) {
                command.good();
            } else if (start) {
                requireAllowed(command);
                load(command);
            } else {
                requireAllowed(command);
                flushUnlessTold(command, StartStopUnit::eject);
            }
        } else if (start) {
            command.good();
        } else {
            flushUnlessTold(command, UnitCommand::good);
        }
    }

    private static void flushUnlessTold(UnitCommand command, Step next) {
        if (command.cdb().bit(FLAGS, NO_FLUSH)) {
            next.run(command);
        } else {
            command.flush(next);
        }
    }

    private static void requireDefined(UnitCommand command, int condition) {
        boolean defined = (POWER_CONDITIONS >>> condition & 1) != 0;
        if (!defined && !command.unit().attributes().removable()) {
            throw command.cdb().invalid(FLAGS, 7);
        }
    }

    private static void requireRemovable(UnitCommand command) {
        if (!command.unit().attributes().removable()) {
            throw command.cdb().invalid(FLAGS, LOEJ);
        }
    }

    private static void requireAllowed(UnitCommand command) {
        if (command.unit().medium().prevented()) {
            throw CheckCondition.illegal(AdditionalSense.MEDIUM_REMOVAL_PREVENTED);
        }
    }

    private static void load(UnitCommand command) {
        command.unit().medium().load();
        command.unit().attention(UnitAttention.MEDIUM_CHANGED, command.nexus());
        command.good();
    }

    private static void eject(UnitCommand command) {
        // The flush took time in which another nexus may have prevented removal.
        requireAllowed(command);
        command.unit().medium().eject();
        command.good();
    }
}
