package dev.sandstone.scsi.block;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.cdb.ParameterList;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.sense.AdditionalSense;
import dev.sandstone.scsi.sense.CheckCondition;
import dev.sandstone.scsi.sense.SenseData;
import dev.sandstone.scsi.unit.EraseJob;
import java.nio.ByteBuffer;

/**
 * FORMAT UNIT (SBC-3 5.3) of a thin volume: all blocks are given back. There are no defects to manage and no protection
 * information, so a parameter list may only say IMMED; options that make no difference here (DCRT, DPRY, STPF) are taken with
 * FOV, an initialization pattern is not.
 *
 * <p>All other commands of the unit are ended first. Another one may have started while this waited for its data.
 */
final class FormatUnit {
    private static final int FMTDATA = 4;
    private static final int LONGLIST = 5;
    private static final int FMTPINFO = 0xC0;
    private static final int CMPLST_AND_FORMAT = 0x0F;
    private static final int SHORT_HEADER_BYTES = 4;
    private static final int LONG_HEADER_BYTES = 8;
    private static final int FOV = 7;
    private static final int OPTIONS = 0x74;
    private static final int IP = 3;
    private static final int IMMED = 1;

    private FormatUnit() {}

    static void start(UnitCommand command) {
        refuse(command);
        Cdb cdb = command.cdb();
        if ((cdb.u8(1) & FMTPINFO) != 0) {
            throw cdb.invalid(1, 7);
        }
        if ((cdb.u8(1) & CMPLST_AND_FORMAT & ~0x08) != 0 && !cdb.bit(1, FMTDATA)) {
            throw cdb.invalid(1, 2);
        }
        if (cdb.bit(1, FMTDATA)) {
            int header = cdb.bit(1, LONGLIST) ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
            command.dataOut(header, FormatUnit::received);
        } else {
            format(command, false);
        }
    }

    private static void received(UnitCommand command, ByteBuffer data) {
        ParameterList list = new ParameterList(data);
        if ((list.u8(0) & 0x07) != 0) {
            throw list.invalid(0, 2);
        }
        list.requireZeroBits(0, 7, 3);
        if ((list.u8(1) & OPTIONS) != 0 && !list.bit(1, FOV)) {
            throw list.invalid(1, FOV);
        }
        if (list.bit(1, IP)) {
            throw list.invalid(1, IP);
        }
        boolean isLong = list.length() == LONG_HEADER_BYTES;
        if (isLong) {
            // PROTECTION INTERVAL EXPONENT, of information that is not there.
            list.requireZero(2, 2);
        }
        long defects = isLong ? list.u32(4) : list.u16(2);
        if (defects != 0) {
            throw CheckCondition.illegal(AdditionalSense.INVALID_FIELD_IN_PARAMETER_LIST);
        }
        format(command, list.bit(1, IMMED));
    }

    private static void format(UnitCommand command, boolean immediate) {
        refuse(command);
        EraseJob job = command.unit().erasing();
        EraseStart.run(command, immediate, (begun, ended) -> job.format(command::endOthers, begun, ended));
    }

    private static void refuse(UnitCommand command) {
        SenseData refusal = command.unit().erasing().formatRefusal();
        if (refusal != null) {
            throw new CheckCondition(refusal);
        }
    }
}
