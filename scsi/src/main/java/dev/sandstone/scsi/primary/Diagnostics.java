package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.command.Step;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import java.nio.ByteBuffer;

/**
 * SEND DIAGNOSTIC and RECEIVE DIAGNOSTIC RESULTS (SPC-4 6.42, 6.28), as far as every device must: a self-test, and the list of
 * diagnostic pages, which has only itself. The self-test makes the volume's data durable: the log must take it and say so.
 */
final class Diagnostics {
    private static final int SELF_TEST = 2;
    private static final int PAGE_FORMAT = 4;
    private static final int FOREGROUND_SHORT = 5;
    private static final int FOREGROUND_EXTENDED = 6;
    private static final int MOST_BYTES = 64;
    private static final byte[] SUPPORTED_PAGES = {0, 0, 0, 1, 0};

    private Diagnostics() {}

    static void send(UnitCommand command) {
        Cdb cdb = command.cdb();
        int code = cdb.bits(1, 7, 5);
        boolean test = cdb.bit(1, SELF_TEST);
        if (code != 0 && code != FOREGROUND_SHORT && code != FOREGROUND_EXTENDED) {
            throw cdb.invalid(1, 7);
        }
        int length = cdb.u16(3);
        if ((code != 0 || length != 0) && test) {
            throw cdb.invalid(1, SELF_TEST);
        }
        if (length > 0) {
            if (!cdb.bit(1, PAGE_FORMAT) || code != 0 || length > MOST_BYTES) {
                throw cdb.invalid(3);
            }
            command.dataOut(length, Diagnostics::received);
        } else if (test || code != 0) {
            command.flush(Step.GOOD);
        } else {
            command.good();
        }
    }

    private static void received(UnitCommand command, ByteBuffer data) {
        ParameterList list = new ParameterList(data);
        if (list.u8(0) != 0) {
            throw list.invalid(0);
        }
        if (list.u16(2) != list.length() - 4) {
            throw CheckCondition.illegal(AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
        }
        command.good();
    }

    static void receive(UnitCommand command) {
        Cdb cdb = command.cdb();
        if (cdb.bit(1, 0) && cdb.u8(2) != 0) {
            throw cdb.invalid(2);
        }
        command.good(SUPPORTED_PAGES, cdb.u16(3));
    }
}
