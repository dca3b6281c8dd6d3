package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.DeviceCommand;
import java.nio.ByteBuffer;

/**
 * REPORT LUNS (SPC-4 6.33, with the values that SPC-5 added), on any LUN. Units here are neither administrative nor part of a
 * conglomerate, so 10h and 12h name none, and 11h names the same as 00h.
 */
final class ReportLuns {
    private static final int SELECT_REPORT = 2;
    private static final int HEADER_BYTES = 8;
    private static final int LUN_BYTES = 8;

    /** The REPORT LUNS well known logical unit in extended addressing (SAM-5 4.7.7.5). */
    private static final long REPORT_LUNS_WLUN = 0xC101_0000_0000_0000L;

    private static final int[] NONE = {};

    private ReportLuns() {}

    static void start(DeviceCommand command) {
        Cdb cdb = command.cdb();
        byte[] data = data(command);
        command.inventoryReported();
        command.good(data, cdb.u32(6));
    }

    private static byte[] data(DeviceCommand command) {
        return switch (command.cdb().u8(SELECT_REPORT)) {
            case 0x00, 0x11 -> list(command.luns(), false);
            case 0x01 -> list(NONE, true);
            case 0x02 -> list(command.luns(), true);
            case 0x10, 0x12 -> list(NONE, false);
            default -> throw command.cdb().invalid(SELECT_REPORT);
        };
    }

    static byte[] list(int[] luns, boolean wellKnown) {
        int bytes = (luns.length + (wellKnown ? 1 : 0)) * LUN_BYTES;
        ByteBuffer list = ByteBuffer.allocate(HEADER_BYTES + bytes);
        list.putInt(bytes).putInt(0);
        for (int lun : luns) {
            list.putLong(encode(lun));
        }
        if (wellKnown) {
            list.putLong(REPORT_LUNS_WLUN);
        }
        return list.array();
    }

    /** Peripheral device addressing up to 255, flat space addressing above (SAM-5 4.7.7.2, 4.7.7.3). */
    private static long encode(int lun) {
        long addressing = lun < 256 ? lun : 0x4000 | lun;
        return addressing << 48;
    }
}
