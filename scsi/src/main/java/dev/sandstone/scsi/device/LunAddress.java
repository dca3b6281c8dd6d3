package dev.sandstone.scsi.device;

/** SAM-5 4.7: the eight bytes of a LUN field. */
public final class LunAddress {
    /** The largest LUN of flat space addressing. */
    public static final int MAX_LUN = 0x3FFF;

    /** The REPORT LUNS well known logical unit. */
    static final int REPORT_LUNS = -2;

    /** An address of no form that this device has logical units in. */
    static final int NOWHERE = -1;

    private static final long REPORT_LUNS_FIELD = 0xC101_0000_0000_0000L;
    private static final int PERIPHERAL = 0;
    private static final int FLAT_SPACE = 1;

    private LunAddress() {}

    /** The LUN (0 to {@link #MAX_LUN}) a field addresses by peripheral or flat space addressing, or one of the constants. */
    static int decode(long field) {
        if (field == REPORT_LUNS_FIELD) {
            return REPORT_LUNS;
        }
        if ((field & 0x0000_FFFF_FFFF_FFFFL) != 0) {
            return NOWHERE;
        }
        int first = (int) (field >>> 48);
        int method = first >>> 14;
        if (method == FLAT_SPACE) {
            return first & MAX_LUN;
        }
        boolean busZero = (first & 0x3F00) == 0;
        return method == PERIPHERAL && busZero ? first & 0xFF : NOWHERE;
    }

    /** The field for a LUN: peripheral addressing below 256, else flat space. */
    public static long encode(int lun) {
        long first = lun < 256 ? lun : 0x4000 | lun;
        return first << 48;
    }
}
