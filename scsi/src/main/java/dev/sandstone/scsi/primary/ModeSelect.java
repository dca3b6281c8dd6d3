package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.unit.UnitAttention;
import java.nio.ByteBuffer;

/**
 * MODE SELECT(6) and (10) (SPC-4 6.11, 6.12). All pages of a list are checked before any takes effect; the other nexuses are told
 * when something changed. With SP the new values are kept with the volume before the command ends.
 */
final class ModeSelect {
    private static final int PF = 4;
    private static final int SP = 0;

    /** Far above any list that could be right, as all pages together have some eighty bytes. */
    private static final int MAX_BYTES = 4096;

    private ModeSelect() {}

    static void start6(UnitCommand command) {
        receive(command, command.cdb().u8(4));
    }

    static void start10(UnitCommand command) {
        receive(command, command.cdb().u16(7));
    }

    private static void receive(UnitCommand command, int length) {
        if (length == 0) {
            command.good();
            return;
        }
        Cdb cdb = command.cdb();
        if (!cdb.bit(1, PF)) {
            // Pages of a vendor specific format: there are none.
            throw cdb.invalid(1, PF);
        }
        if (length > MAX_BYTES) {
            throw CheckCondition.illegal(AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
        }
        command.dataOut(length, ModeSelect::received);
    }

    private static void received(UnitCommand command, ByteBuffer data) {
        boolean ten = command.cdb().opcode() >= 0x20;
        ModeParameters parameters = ModeParameters.parse(
                new ParameterList(data), ten, command.unit().volume().blocks());
        if (parameters.select(command.unit().modePages())) {
            command.unit().attention(UnitAttention.MODE_CHANGED, command.nexus());
        }
        if (command.cdb().bit(1, SP)) {
            byte[] image = command.unit().modePages().image();
            command.perform(
                    done -> command.unit().memory().change(facts -> facts.modePages(image), done), ModeSelect::saved);
        } else {
            command.good();
        }
    }

    private static void saved(UnitCommand command) {
        command.unit().modePages().save();
        command.good();
    }
}
