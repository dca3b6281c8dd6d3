package dev.sandstone.scsi.block;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.UnitCommand;

/**
 * READ DEFECT DATA(10) and (12) (SBC-3 5.17, 5.18): both lists are there when asked for, and empty, as bad disk areas are never
 * part of a volume's address space.
 */
final class ReadDefectData {
    private static final int RESERVED_FORMAT = 7;

    private ReadDefectData() {}

    static void start10(UnitCommand command) {
        Cdb cdb = command.cdb();
        byte[] header = new byte[4];
        header[1] = lists(cdb, 2);
        command.good(header, cdb.u16(7));
    }

    static void start12(UnitCommand command) {
        Cdb cdb = command.cdb();
        byte[] header = new byte[8];
        header[1] = lists(cdb, 1);
        command.good(header, cdb.u32(6));
    }

    /** PLISTV, GLISTV and DEFECT LIST FORMAT, as asked for. */
    private static byte lists(Cdb cdb, int at) {
        if (cdb.bits(at, 2, 0) == RESERVED_FORMAT) {
            throw cdb.invalid(at, 2);
        }
        return (byte) cdb.u8(at);
    }
}
