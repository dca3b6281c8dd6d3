package dev.sandstone.scsi.block;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.command.Step;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.unit.EraseJob;
import dev.sandstone.scsi.unit.UnitMemory;
import java.nio.ByteBuffer;

/**
 * SANITIZE (SBC-3 5.24). Erasing blocks and erasing cryptographically come to the same on a volume that is never overwritten in
 * place: every block is given back. Overwriting gives the blocks that hold data the pattern of its last pass; those that hold
 * none stay so. No command reaches what was there; the disks have it until the log's segments are used again.
 *
 * <p>All other commands of the unit are ended first (SBC-4 4.11.2). Another one may have started while this waited for its data.
 */
final class Sanitize {
    static final int OVERWRITE = 0x01;
    static final int BLOCK_ERASE = 0x02;
    static final int CRYPTOGRAPHIC_ERASE = 0x03;
    static final int EXIT_FAILURE_MODE = 0x1F;

    private static final int IMMED = 7;
    private static final int INVERT = 7;
    private static final int AUSE = 5;
    private static final int PARAMETER_LIST_LENGTH = 7;
    private static final int HEADER_BYTES = 4;

    private Sanitize() {}

    static void overwrite(UnitCommand command) {
        int length = command.cdb().u16(PARAMETER_LIST_LENGTH);
        if (length <= HEADER_BYTES || length > HEADER_BYTES + BlockLimits.BLOCK_BYTES) {
            throw command.cdb().invalid(PARAMETER_LIST_LENGTH);
        }
        command.dataOut(length, Sanitize::received);
    }

    private static void received(UnitCommand command, ByteBuffer data) {
        ParameterList list = new ParameterList(data);
        if ((list.u8(0) & 0x1F) == 0) {
            throw list.invalid(0, 4);
        }
        // TEST asks for something vendor specific, of which nothing is served.
        list.requireZeroBits(0, 6, 5);
        list.requireZero(1, 1);
        int pattern = list.u16(2);
        if (pattern == 0 || pattern != list.length() - HEADER_BYTES) {
            throw list.invalid(2);
        }
        byte[] bytes = list.bytes(HEADER_BYTES, pattern);
        boolean inverted = list.bit(0, INVERT) && (list.u8(0) & 0x1F) % 2 == 0;
        for (int i = 0; inverted && i < bytes.length; i++) {
            bytes[i] = (byte) ~bytes[i];
        }
        start(command, bytes);
    }

    static void erase(UnitCommand command) {
        if (command.cdb().u16(PARAMETER_LIST_LENGTH) != 0) {
            throw command.cdb().invalid(PARAMETER_LIST_LENGTH);
        }
        start(command, new byte[0]);
    }

    private static void start(UnitCommand command, byte[] pattern) {
        Cdb cdb = command.cdb();
        EraseJob job = command.unit().erasing();
        SenseData refusal = job.sanitizeRefusal();
        if (refusal != null) {
            throw new CheckCondition(refusal);
        }
        boolean unrestricted = cdb.bit(1, AUSE);
        EraseStart.run(
                command,
                cdb.bit(1, IMMED),
                (begun, ended) -> job.sanitize(unrestricted, pattern, command::endOthers, begun, ended));
    }

    static void exitFailureMode(UnitCommand command) {
        if (command.cdb().u16(PARAMETER_LIST_LENGTH) != 0) {
            throw command.cdb().invalid(PARAMETER_LIST_LENGTH);
        }
        UnitMemory.Erase state = command.unit().memory().facts().erase();
        if (!state.sanitizeFailed()) {
            command.good();
        } else if (state == UnitMemory.Erase.SANITIZE_FAILED_UNRESTRICTED) {
            command.perform(done -> command.unit().erasing().leaveFailure(done), Step.GOOD);
        } else {
            throw command.cdb().invalid(1, 4);
        }
    }
}
