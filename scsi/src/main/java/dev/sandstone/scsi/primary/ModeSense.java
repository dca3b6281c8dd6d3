package dev.sandstone.scsi.primary;

import dev.sandstone.scsi.cdb.Cdb;
import dev.sandstone.scsi.command.UnitCommand;
import dev.sandstone.scsi.unit.ModePage;
import java.util.ArrayList;
import java.util.List;

/** MODE SENSE(6) and (10) (SPC-4 6.13, 6.14). PS tells which pages a MODE SELECT saves. */
final class ModeSense {
    private static final int DBD = 3;
    private static final int LLBAA = 4;
    private static final int PAGE = 2;
    private static final int SUBPAGE = 3;
    private static final int ALL_PAGES = 0x3F;
    private static final int ALL_SUBPAGES = 0xFF;
    private static final int CHANGEABLE = 1;
    private static final int DEFAULT = 2;
    private static final int SAVED = 3;
    private static final int PS = 0x80;

    private ModeSense() {}

    static void start6(UnitCommand command) {
        ModeHeader header = header(command);
        command.good(header.encode6(pages(command)), command.cdb().u8(4));
    }

    static void start10(UnitCommand command) {
        ModeHeader header = header(command);
        boolean longDescriptor = command.cdb().bit(1, LLBAA);
        command.good(
                header.encode10(pages(command), longDescriptor), command.cdb().u16(7));
    }

    private static ModeHeader header(UnitCommand command) {
        boolean protectedNow = command.unit().writeProtection(command.nexus()) != null;
        boolean descriptor = !command.cdb().bit(1, DBD);
        return new ModeHeader(protectedNow, descriptor, command.unit().volume().blocks());
    }

    private static List<byte[]> pages(UnitCommand command) {
        Cdb cdb = command.cdb();
        int control = cdb.bits(PAGE, 7, 6);
        int code = cdb.bits(PAGE, 5, 0);
        int subpage = cdb.u8(SUBPAGE);
        List<byte[]> found = new ArrayList<>();
        boolean known = false;
        for (ModePage page : command.unit().modePages().all()) {
            boolean codeMatches = code == ALL_PAGES || code == page.code();
            known |= codeMatches;
            if (codeMatches && (subpage == ALL_SUBPAGES || subpage == page.subpage())) {
                found.add(values(page, control));
            }
        }
        if (!known) {
            throw cdb.invalid(PAGE, 5);
        }
        // All pages of one subpage code other than 00h make no request (SPC-4 table 157).
        if (found.isEmpty() || (code == ALL_PAGES && subpage != 0 && subpage != ALL_SUBPAGES)) {
            throw cdb.invalid(SUBPAGE);
        }
        return found;
    }

    private static byte[] values(ModePage page, int control) {
        byte[] values = switch (control) {
            case CHANGEABLE -> page.changeable();
            case DEFAULT -> page.defaults();
            case SAVED -> page.saved();
            default -> page.current();
        };
        values[0] |= (byte) (page.savable() ? PS : 0);
        return values;
    }
}
